with queries as (

    select *
    from {{ source("gacc", "commodity_trade") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

-- 202401, 2024-01 and 2024年1月 are one month; between two months the hyphen stays.
periods as (

    select
        queries.*,
        case
            when length(trim(period)) = 13 then trim(period)
            when period like '%年%' then
                substring(trim(period), 1, 4)
                || {{ zero_padded("replace(substring(trim(period), 6, 2), '月', '')", 2) }}
            else replace(replace(replace(trim(period), '-', ''), '/', ''), '.', '')
        end as digits
    from queries

),

parts as (

    select
        periods.*,
        cast(substring(digits, 1, 4) as integer) as first_year,
        case when length(digits) > 4 then cast(substring(digits, 5, 2) as integer) else 1 end as first_month,
        cast(case when length(digits) > 6 then substring(digits, 8, 4) else substring(digits, 1, 4) end as integer)
            as last_year,
        case
            when length(digits) > 6 then cast(substring(digits, 12, 2) as integer)
            when length(digits) > 4 then cast(substring(digits, 5, 2) as integer)
            else 12
        end as last_month,
        {{ trimmed("mode_code") }} as mode
    from periods

),

cast_columns as (

    select
        parts.file_id,
        parts.row_number,
        parts.vintage,
        parts.loaded_at,
        case when first_year = last_year then first_year end as year,
        case when first_year = last_year and first_month = last_month then first_month end as month,
        make_date(first_year, first_month, 1) as period_from,
        make_date(last_year, last_month, 1) as period_to,
        (last_year - first_year) * 12 + last_month - first_month + 1 as period_months,
        {{ trimmed("flow") }} as flow,
        {{ trimmed("reporting_code") }} as reporting_code_gacc,
        {{ trimmed("partner_code") }} as partner_code_gacc,
        {{ trimmed("commodity_code") }} as commodity_code,
        {{ trimmed("commodity_name") }} as commodity_name,
        -- The length tells the two lists apart; of three digits a leading zero was lost, for no code has three.
        case when length(mode) = 2 then mode end as trade_mode_code,
        case when length(mode) > 2 then {{ zero_padded("mode", 4) }} end as supervision_mode_code,
        coalesce(length(mode) = 3, false) as is_mode_code_completed,
        {{ trimmed("registration_place_code") }} as registration_place_code,
        case when {{ trimmed("quantity_1_unit") }} is not null then cast({{ trimmed("quantity_1") }} as double) end
            as quantity_1,
        {{ trimmed("quantity_1_unit") }} as quantity_1_unit,
        -- Without a second unit the source prints a quantity of 0 that means nothing.
        case when {{ trimmed("quantity_2_unit") }} is not null then cast({{ trimmed("quantity_2") }} as double) end
            as quantity_2,
        {{ trimmed("quantity_2_unit") }} as quantity_2_unit,
        cast({{ trimmed("value_cny") }} as double) as trade_value_cny,
        cast({{ trimmed("value_usd") }} as double) as trade_value_usd,
        first_year
    from parts

)

select
    cast_columns.file_id,
    cast_columns.row_number,
    cast_columns.vintage,
    cast_columns.loaded_at,
    case when cast_columns.month is not null then cast_columns.period_from end as period_date,
    cast_columns.year,
    cast_columns.month,
    cast_columns.flow,
    counterparts.country_iso3 as partner_iso3,
    cast_columns.partner_code_gacc,
    cast_columns.commodity_code,
    cast_columns.commodity_name,
    cast_columns.trade_mode_code,
    cast_columns.supervision_mode_code,
    cast_columns.registration_place_code,
    cast_columns.quantity_1,
    cast_columns.quantity_1_unit,
    cast_columns.quantity_2,
    cast_columns.quantity_2_unit,
    cast_columns.trade_value_cny,
    cast_columns.trade_value_usd,
    reporting.country_iso3 as reporting_iso3,
    cast_columns.reporting_code_gacc,
    cast_columns.period_from,
    cast_columns.period_to,
    cast_columns.period_months,
    cast_columns.is_mode_code_completed,
    coalesce(reporting.country_iso3 = counterparts.country_iso3, false) as is_self_trade
from cast_columns
left join countries as counterparts
    on {{ is_code_of("counterparts", "gacc", "cast_columns.partner_code_gacc", "cast_columns.first_year") }}
left join countries as reporting
    on {{ is_code_of("reporting", "gacc", "cast_columns.reporting_code_gacc", "cast_columns.first_year") }}
