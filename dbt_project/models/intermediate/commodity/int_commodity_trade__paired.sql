{%- set key = [
    "source", "reported_by", "period_kind", "period_date", "period_last_month", "exporter_code", "importer_code",
    "commodity_classification", "commodity_code", "mode_kind", "mode_code", "registration_place_code",
] -%}

with ranked as (

    select
        {{ key | join(",\n        ") }},
        currency,
        year,
        exporter_iso3,
        importer_iso3,
        commodity_name,
        trade_value,
        quantity_1,
        quantity_1_unit,
        quantity_2,
        quantity_2_unit,
        is_quantity_estimated,
        value_origin,
        vintage,
        file_id,
        months_reported,
        is_sum_of_months,
        row_number() over (partition by {{ key | join(", ") }} order by vintage desc, currency) as place
    from {{ ref("int_commodity_trade__annualised") }}

)

select
    {{ key | join(",\n    ") }},
    max(year) as year,
    max(exporter_iso3) as exporter_iso3,
    max(importer_iso3) as importer_iso3,
    max(case when place = 1 then commodity_name end) as commodity_name,
    max(case when currency = 'CNY' then trade_value end) as trade_value_cny,
    max(case when currency = 'USD' then trade_value end) as trade_value_usd,
    -- Both currencies are of one declaration each: the quantity is the same, and the later file's is taken.
    max(case when place = 1 then quantity_1 end) as quantity_1,
    max(case when place = 1 then quantity_1_unit end) as quantity_1_unit,
    max(case when place = 1 then quantity_2 end) as quantity_2,
    max(case when place = 1 then quantity_2_unit end) as quantity_2_unit,
    max(cast(is_quantity_estimated as integer)) = 1 as is_quantity_estimated,
    min(value_origin) as value_origin,
    min(months_reported) as months_reported,
    max(cast(is_sum_of_months as integer)) = 1 as is_sum_of_months,
    max(vintage) as vintage,
    case when count(distinct file_id) = 1 and count(file_id) = count(*) then min(file_id) end as file_id,
    max(case when currency = 'CNY' then file_id end) as file_id_cny,
    max(case when currency = 'USD' then file_id end) as file_id_usd
from ranked
group by {{ key | join(", ") }}
