with bulletins as (

    select *
    from {{ source("gacc", "trade_by_country") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

flows as (

    select
        bulletins.*,
        'exports' as flow,
        exports_month_usd_thousand as month_usd_thousand,
        exports_year_to_date_usd_thousand as year_to_date_usd_thousand,
        exports_change_pct as printed_change_pct
    from bulletins
    union all
    select
        bulletins.*,
        'imports' as flow,
        imports_month_usd_thousand as month_usd_thousand,
        imports_year_to_date_usd_thousand as year_to_date_usd_thousand,
        imports_change_pct as printed_change_pct
    from bulletins

)

select
    flows.file_id,
    flows.row_number,
    flows.vintage,
    flows.loaded_at,
    make_date(flows.year, flows.month, 1) as period_date,
    flows.year,
    flows.month,
    counterparts.country_iso3 as partner_iso3,
    coalesce({{ trimmed("flows.partner_name") }}, {{ trimmed("flows.aggregate_name") }}) as partner_name,
    {{ trimmed("flows.aggregate_name") }} is not null as is_subtotal,
    flows.flow,
    -- The source prints thousands.
    cast({{ trimmed("flows.month_usd_thousand") }} as double) * 1000 as value_month_usd,
    cast({{ trimmed("flows.year_to_date_usd_thousand") }} as double) * 1000 as value_year_to_date_usd,
    cast({{ trimmed("flows.printed_change_pct") }} as double) as change_pct,
    reporting.country_iso3 as reporting_iso3
from flows
left join countries as counterparts
    on {{ is_code_of("counterparts", "gacc_bulletin", trimmed("flows.partner_name"), "flows.year") }}
left join countries as reporting
    on {{ is_code_of("reporting", "gacc", trimmed("flows.reporting_code"), "flows.year") }}
