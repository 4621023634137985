{%- set series = [
    "source", "reported_by", "exporter_code", "importer_code", "commodity_classification", "commodity_code",
    "mode_kind", "mode_code", "registration_place_code", "currency", "year",
] -%}
{%- set told = [
    "exporter_iso3", "importer_iso3", "commodity_name", "trade_value", "quantity_1", "quantity_1_unit", "quantity_2",
    "quantity_2_unit", "is_quantity_estimated", "value_origin", "vintage", "file_id",
] -%}

with monthly as (

    select
        {{ series | join(", ") }},
        {{ told | join(", ") }},
        period_date
    from {{ ref("int_commodity_trade__deduplicated") }}
    where period_kind = 'month'

),

file_months as (

    -- Months that a file was asked for and has anything of, by reporter: a month without trade has no row.
    select distinct
        file_id,
        reported_by,
        case when reported_by = 'exporter' then exporter_code else importer_code end as reporting_code,
        year,
        period_date
    from {{ ref("int_commodity_trade__unioned") }}
    where period_kind = 'month'

),

series_files as (

    select distinct
        {{ series | join(", ") }},
        case when reported_by = 'exporter' then exporter_code else importer_code end as reporting_code,
        file_id
    from monthly

),

covered as (

    select
        series_files.{{ series | join(", series_files.") }},
        cast(count(distinct file_months.period_date) as integer) as months_reported
    from series_files
    inner join file_months
        on file_months.file_id = series_files.file_id
        and file_months.reported_by = series_files.reported_by
        and file_months.reporting_code = series_files.reporting_code
        and file_months.year = series_files.year
    group by series_files.{{ series | join(", series_files.") }}

),

summed as (

    select
        monthly.{{ series | join(", monthly.") }},
        make_date(monthly.year, 1, 1) as period_date,
        make_date(monthly.year, 12, 1) as period_last_month,
        max(monthly.exporter_iso3) as exporter_iso3,
        max(monthly.importer_iso3) as importer_iso3,
        max(monthly.commodity_name) as commodity_name,
        sum(monthly.trade_value {{ in_order_of("monthly.period_date") }}) as trade_value,
        {%- for quantity in ["quantity_1", "quantity_2"] %}
        -- A quantity of some months alone, or in two units, is none of the year.
        case
            when
                count(monthly.{{ quantity }}) = count(*)
                and min(monthly.{{ quantity }}_unit) = max(monthly.{{ quantity }}_unit)
                then sum(monthly.{{ quantity }} {{ in_order_of("monthly.period_date") }})
        end as {{ quantity }},
        case
            when
                count(monthly.{{ quantity }}) = count(*)
                and min(monthly.{{ quantity }}_unit) = max(monthly.{{ quantity }}_unit)
                then min(monthly.{{ quantity }}_unit)
        end as {{ quantity }}_unit,
        {%- endfor %}
        max(cast(monthly.is_quantity_estimated as integer)) = 1 as is_quantity_estimated,
        max(monthly.value_origin) as value_origin,
        max(monthly.vintage) as vintage,
        case when min(monthly.file_id) = max(monthly.file_id) then min(monthly.file_id) end as file_id
    from monthly
    inner join covered
        on {% for column in series -%}
        covered.{{ column }} = monthly.{{ column }}
        {{ "and " if not loop.last }}
        {%- endfor %}
        and covered.months_reported = 12
    group by monthly.{{ series | join(", monthly.") }}

)

select
    trade.{{ series | join(",\n    trade.") }},
    trade.{{ told | join(",\n    trade.") }},
    trade.period_kind,
    trade.period_date,
    trade.period_last_month,
    case
        when trade.period_kind = 'month' then covered.months_reported
        when trade.period_kind = 'year' then 12
        when trade.period_kind = 'months' then
            cast(
                (extract(year from trade.period_last_month) - extract(year from trade.period_date)) * 12
                + extract(month from trade.period_last_month) - extract(month from trade.period_date) + 1
                as integer
            )
    end as months_reported,
    false as is_sum_of_months
from {{ ref("int_commodity_trade__deduplicated") }} as trade
left join covered
    on {% for column in series -%}
    covered.{{ column }} = trade.{{ column }}
    {{ "and " if not loop.last }}
    {%- endfor %}
    and trade.period_kind = 'month'
union all
select
    summed.{{ series | join(",\n    summed.") }},
    summed.{{ told | join(",\n    summed.") }},
    'year',
    summed.period_date,
    summed.period_last_month,
    12,
    true
from summed
where
    -- A year that the source itself reports goes before the sum of its months.
    not exists (
        select 1
        from {{ ref("int_commodity_trade__deduplicated") }} as yearly
        where
            yearly.period_kind = 'year'
            {%- for column in series %}
            and yearly.{{ column }} = summed.{{ column }}
            {%- endfor %}
    )
