with flows as (

    select *
    from {{ source("imf_dots", "flows") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

mapped as (

    -- Where the file states no code the publisher's name tells the economy, and in every file what it is.
    select
        flows.file_id,
        flows.row_number,
        flows.vintage,
        flows.loaded_at,
        case
            when {{ trimmed("flows.reporter_iso3") }} is null then reporter_names.country_iso3
            else reporters.country_iso3
        end as reporting_iso3,
        case
            when {{ trimmed("flows.partner_iso3") }} is null then counterpart_names.country_iso3
            else counterparts.country_iso3
        end as counterpart_iso3,
        {{ trimmed("flows.reporter_iso3") }} is null or {{ trimmed("flows.partner_iso3") }} is null as is_named,
        reporter_names.kind as reporter_type,
        coalesce(counterpart_names.kind, {{ trimmed("flows.partner_type") }}) as counterpart_type,
        {{ trimmed("flows.flow") }} as flow,
        flows.year,
        -- The source prints millions.
        cast({{ trimmed("flows.value_usd_million") }} as double) * 1000000 as trade_value_usd,
        flows.is_estimated
    from flows
    left join countries as reporter_names
        on {{ is_code_of("reporter_names", "imf_dots", trimmed("flows.reporter_name"), "flows.year") }}
    left join countries as counterpart_names
        on {{ is_code_of("counterpart_names", "imf_dots", trimmed("flows.partner_name"), "flows.year") }}
    left join countries as reporters
        on {{ is_code_of("reporters", "iso3", trimmed("flows.reporter_iso3"), "flows.year") }}
    left join countries as counterparts
        on {{ is_code_of("counterparts", "iso3", trimmed("flows.partner_iso3"), "flows.year") }}

),

economies as (

    -- Two names may mean one economy in a year, each with a part of its trade; an area stays a row of its own, and so
    -- does what the file itself has coded.
    select
        file_id,
        min(row_number) as row_number,
        vintage,
        loaded_at,
        reporting_iso3,
        counterpart_iso3,
        max(reporter_type) as reporter_type,
        max(counterpart_type) as counterpart_type,
        flow,
        year,
        sum(trade_value_usd {{ in_order_of("row_number") }}) as trade_value_usd,
        max(case when is_estimated then 1 else 0 end) = 1 as is_estimated
    from mapped
    group by
        file_id,
        vintage,
        loaded_at,
        reporting_iso3,
        counterpart_iso3,
        flow,
        year,
        case when not is_named or reporting_iso3 is null or counterpart_iso3 is null then row_number end

),

directed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        case when flow_names.reported_by = 'exporter' then reporting_iso3 else counterpart_iso3 end as exporter_iso3,
        case when flow_names.reported_by = 'exporter' then counterpart_iso3 else reporting_iso3 end as importer_iso3,
        flow_names.reported_by,
        economies.flow,
        reporter_type,
        counterpart_type,
        year,
        trade_value_usd,
        is_estimated
    from economies
    inner join {{ ref("trade_flow_names") }} as flow_names
        on flow_names.source = 'imf_dots'
        and flow_names.flow = economies.flow

)

select *
from directed
