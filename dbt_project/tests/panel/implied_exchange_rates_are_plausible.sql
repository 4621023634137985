{#- Fails for every cell that is published in yuan and in US dollars at a rate that is far from the middle rate of
    the cells of the same period, or from the year's published mean: a unit, a month or a currency is mistaken.
    A value of a few dollars is rounded, which its rate allows for. -#}
with implied as (

    select
        source,
        reported_by,
        period_kind,
        period_date,
        period_last_month,
        year,
        exporter_code,
        importer_code,
        case when reported_by = 'exporter' then exporter_iso3 else importer_iso3 end as reporting_iso3,
        commodity_code,
        mode_code,
        registration_place_code,
        file_id_cny,
        file_id_usd,
        trade_value_cny,
        trade_value_usd
    from {{ ref("fct_commodity_trade") }}
    where trade_value_cny > 0 and trade_value_usd > 0

),

rates as (

    select
        'month' as compared_with,
        source,
        reported_by,
        period_kind,
        period_date,
        period_last_month,
        median(trade_value_cny / trade_value_usd) as rate
    from implied
    group by source, reported_by, period_kind, period_date, period_last_month
    union all
    select distinct
        'year',
        implied.source,
        implied.reported_by,
        implied.period_kind,
        implied.period_date,
        implied.period_last_month,
        yearly.value
    from implied
    inner join {{ ref("int_indicators__chosen") }} as yearly
        on yearly.country_iso3 = implied.reporting_iso3
        and yearly.year = implied.year
    inner join {{ ref("indicators") }} as indicators
        on indicators.indicator_code = yearly.indicator_code
        and indicators.column_name = 'exchange_rate_lcu_per_usd'

)

select
    implied.source,
    implied.period_date,
    implied.exporter_code,
    implied.importer_code,
    implied.commodity_code,
    implied.mode_code,
    implied.registration_place_code,
    implied.trade_value_cny,
    implied.trade_value_usd,
    implied.trade_value_cny / implied.trade_value_usd as implied_rate,
    rates.compared_with,
    rates.rate,
    tolerances.tolerance_share,
    implied.file_id_cny,
    implied.file_id_usd
from implied
inner join rates
    on rates.source = implied.source
    and rates.reported_by = implied.reported_by
    and rates.period_kind = implied.period_kind
    and rates.period_date = implied.period_date
    and rates.period_last_month = implied.period_last_month
inner join {{ ref("exchange_rate_tolerances") }} as tolerances
    on tolerances.compared_with = rates.compared_with
where
    abs(implied.trade_value_cny - rates.rate * implied.trade_value_usd)
    > tolerances.tolerance_share * rates.rate * implied.trade_value_usd + 0.5 + 0.5 * rates.rate
