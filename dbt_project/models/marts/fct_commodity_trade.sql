with rates as (

    select
        rates.country_iso3,
        rates.year,
        rates.value as rate_per_usd,
        rates.indicator_code,
        rates.vintage
    from {{ ref("int_indicators__chosen") }} as rates
    inner join {{ ref("indicators") }} as indicators
        on indicators.indicator_code = rates.indicator_code
        and indicators.column_name = 'exchange_rate_lcu_per_usd'

)

select
    trade.source,
    trade.reported_by,
    trade.period_kind,
    trade.period_date,
    trade.period_last_month,
    trade.year,
    trade.exporter_code,
    trade.importer_code,
    trade.exporter_iso3,
    trade.importer_iso3,
    trade.commodity_classification,
    trade.commodity_code,
    coalesce(trade.commodity_name, names.commodity_name) as commodity_name,
    trade.mode_kind,
    trade.mode_code,
    trade.registration_place_code,
    trade.trade_value_cny,
    trade.trade_value_usd,
    {{ quotient("trade.trade_value_cny", "rates.rate_per_usd") }} as converted_value_usd,
    rates.rate_per_usd as exchange_rate_cny_per_usd,
    rates.indicator_code as exchange_rate_indicator_code,
    rates.vintage as exchange_rate_vintage,
    rates.rate_per_usd is not null as is_converted,
    trade.quantity_1,
    trade.quantity_1_unit,
    trade.quantity_2,
    trade.quantity_2_unit,
    trade.is_quantity_estimated,
    coalesce(trade.exporter_iso3 = trade.importer_iso3, false) as is_self_trade,
    trade.months_reported,
    trade.is_sum_of_months,
    trade.value_origin,
    trade.vintage,
    trade.file_id,
    trade.file_id_cny,
    trade.file_id_usd
from {{ ref("int_commodity_trade__paired") }} as trade
left join {{ ref("int_commodity_names__chosen") }} as names
    on names.hs_edition = trade.commodity_classification
    and names.commodity_code = trade.commodity_code
-- Only what was published in yuan alone is converted, and only within a year that has a rate.
left join rates
    on trade.trade_value_usd is null
    and rates.year = trade.year
    and rates.country_iso3 = case
        when trade.reported_by = 'exporter' then trade.exporter_iso3
        else trade.importer_iso3
    end
