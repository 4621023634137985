with flows as (

    select *
    from {{ source("imf_dots", "flows") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

mapped as (

    -- The publisher's workbooks print no codes: there the name tells the economy and its kind.
    select
        flows.file_id,
        flows.row_number,
        flows.vintage,
        flows.loaded_at,
        reporters.country_iso3 as reporting_iso3,
        counterparts.country_iso3 as counterpart_iso3,
        coalesce({{ trimmed("flows.partner_type") }}, counterpart_names.kind) as counterpart_type,
        {{ trimmed("flows.flow") }} as flow,
        flows.year,
        -- The source prints millions.
        cast({{ trimmed("flows.value_usd_million") }} as double) * 1000000 as trade_value_usd,
        flows.is_estimated
    from flows
    left join countries as reporter_names
        on {{ is_code_of("reporter_names", "imf_dots", trimmed("flows.reporter_name"), "flows.year") }}
        and flows.partner_type is null
    left join countries as counterpart_names
        on {{ is_code_of("counterpart_names", "imf_dots", trimmed("flows.partner_name"), "flows.year") }}
        and flows.partner_type is null
    left join countries as reporters
        on {{ is_code_of(
            "reporters", "iso3",
            "coalesce(" ~ trimmed("flows.reporter_iso3") ~ ", reporter_names.country_iso3)", "flows.year"
        ) }}
    left join countries as counterparts
        on {{ is_code_of(
            "counterparts", "iso3",
            "coalesce(" ~ trimmed("flows.partner_iso3") ~ ", counterpart_names.country_iso3)", "flows.year"
        ) }}

),

directed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        case when flow = 'exports_fob' then reporting_iso3 else counterpart_iso3 end as exporter_iso3,
        case when flow = 'exports_fob' then counterpart_iso3 else reporting_iso3 end as importer_iso3,
        case when flow = 'exports_fob' then 'exporter' else 'importer' end as reported_by,
        flow,
        counterpart_type,
        year,
        trade_value_usd,
        is_estimated
    from mapped

)

select *
from directed
