with catalogue as (

    select
        indicator_code,
        source,
        source_key
    from {{ ref("indicators") }}

),

world_bank as (

    select
        catalogue.indicator_code,
        cast(null as string) as reference_iso3,
        observations.country_iso3,
        observations.country_iso3 as series_id,
        observations.year,
        observations.value,
        'reported' as value_origin,
        observations.vintage,
        observations.file_id,
        observations.loaded_at
    from {{ ref("stg_worldbank_wdi__observations") }} as observations
    inner join catalogue
        on catalogue.source = 'worldbank_wdi'
        and catalogue.source_key = observations.indicator_code
    -- Aggregates of the World Bank stay in staging: they have no country.
    where observations.country_iso3 is not null

),

trade_as_reported as (

    select
        flow,
        case when reported_by = 'exporter' then exporter_iso3 else importer_iso3 end as reference_iso3,
        case when reported_by = 'exporter' then importer_iso3 else exporter_iso3 end as country_iso3,
        year,
        trade_value_usd,
        case when is_estimated then 'estimated' else 'reported' end as value_origin,
        vintage,
        file_id,
        loaded_at
    from {{ ref("stg_imf_dots__flows") }}
    where exporter_iso3 is not null and importer_iso3 is not null

),

direction_of_trade as (

    select
        catalogue.indicator_code,
        trade.reference_iso3,
        trade.country_iso3,
        trade.reference_iso3 || '-' || trade.country_iso3 as series_id,
        trade.year,
        trade.trade_value_usd as value,
        trade.value_origin,
        trade.vintage,
        trade.file_id,
        trade.loaded_at
    from trade_as_reported as trade
    inner join catalogue
        on catalogue.source = 'imf_dots'
        and catalogue.source_key = trade.flow

),

distances as (

    select
        catalogue.indicator_code,
        pairs.origin_iso3 as reference_iso3,
        pairs.destination_iso3 as country_iso3,
        pairs.origin_iso3 || '-' || pairs.destination_iso3 as series_id,
        cast(null as integer) as year,
        pairs.distance_km as value,
        'reported' as value_origin,
        pairs.vintage,
        pairs.file_id,
        pairs.loaded_at
    from {{ ref("stg_cepii_geodist__distances") }} as pairs
    inner join catalogue
        on catalogue.source = 'cepii_geodist'
        and catalogue.source_key = 'distance_km'
    where pairs.origin_iso3 is not null and pairs.destination_iso3 is not null

),

oil_prices as (

    -- One row a year as the publisher averages them; a file of days or months is averaged here.
    select
        catalogue.indicator_code,
        cast(null as string) as reference_iso3,
        cast(null as string) as country_iso3,
        'world' as series_id,
        cast(extract(year from prices.price_date) as integer) as year,
        avg(prices.brent_usd_per_bbl {{ in_order_of("prices.price_date") }}) as value,
        'reported' as value_origin,
        prices.vintage,
        prices.file_id,
        prices.loaded_at
    from {{ ref("stg_eia_petroleum__brent_prices") }} as prices
    inner join catalogue
        on catalogue.source = 'eia_petroleum'
        and catalogue.source_key = 'brent_usd_per_bbl'
    group by
        catalogue.indicator_code,
        extract(year from prices.price_date),
        prices.vintage,
        prices.file_id,
        prices.loaded_at

),

unioned as (

    {%- for step in ["world_bank", "direction_of_trade", "distances", "oil_prices"] %}
    select
        indicator_code, reference_iso3, country_iso3, series_id, year,
        value, value_origin, vintage, file_id, loaded_at
    from {{ step }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select
    indicator_code,
    reference_iso3,
    country_iso3,
    series_id,
    year,
    value,
    value_origin,
    vintage,
    file_id,
    loaded_at
from unioned
where
    value is not null
    and {{ as_of("vintage") }}
