with catalogue as (

    -- The source that an indicator is named after comes first; the others as their seed says.
    select
        indicator_code,
        source,
        source_key,
        0 as source_precedence
    from {{ ref("indicators") }}

    union all

    select
        indicator_code,
        source,
        source_key,
        precedence as source_precedence
    from {{ ref("indicator_sources") }}

),

development as (

    select
        catalogue.indicator_code,
        catalogue.source,
        catalogue.source_precedence,
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

logistics as (

    {{ columns_as_series(
        ref("stg_worldbank_lpi__scores"), "worldbank_lpi",
        ["overall_score", "customs_score", "infrastructure_score", "shipments_score", "services_score",
         "tracking_score", "timeliness_score"],
        "catalogue"
    ) }}

),

digital_services as (

    {{ columns_as_series(
        ref("stg_unctad__digitally_deliverable_services"), "unctad", ["exports_usd", "imports_usd"], "catalogue"
    ) }}

),

governance as (

    select
        catalogue.indicator_code,
        catalogue.source,
        catalogue.source_precedence,
        cast(null as string) as reference_iso3,
        estimates.country_iso3,
        estimates.country_iso3 as series_id,
        estimates.year,
        estimates.value,
        'reported' as value_origin,
        estimates.vintage,
        estimates.file_id,
        estimates.loaded_at
    from {{ ref("stg_worldbank_wgi__estimates") }} as estimates
    inner join catalogue
        on catalogue.source = 'worldbank_wgi'
        and catalogue.source_key = estimates.indicator_code
    where estimates.country_iso3 is not null

),

data360 as (

    select
        catalogue.indicator_code,
        catalogue.source,
        catalogue.source_precedence,
        cast(null as string) as reference_iso3,
        observations.country_iso3,
        observations.country_iso3 as series_id,
        observations.year,
        observations.value,
        'reported' as value_origin,
        observations.vintage,
        observations.file_id,
        observations.loaded_at
    from {{ ref("stg_worldbank_data360__observations") }} as observations
    inner join catalogue
        on catalogue.source = 'worldbank_data360'
        and catalogue.source_key = observations.indicator_code
    where
        observations.country_iso3 is not null
        and observations.frequency_code = 'A'
        and observations.is_total

),

consumer_prices as (

    {{ columns_as_series(
        ref("stg_datasets_cpi__consumer_prices"), "datasets_cpi", ["consumer_price_index"], "catalogue"
    ) }}

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
        catalogue.source,
        catalogue.source_precedence,
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

    -- What CEPII's pairs are apart and have in common; what is or is not so counts 1 or 0.
    {%- for source_key, value in [
        ("distance_km", "pairs.distance_km"),
        ("is_contiguous", "case when pairs.is_contiguous then 1.0 else 0.0 end"),
        ("has_common_official_language", "case when pairs.has_common_official_language then 1.0 else 0.0 end"),
    ] %}
    select
        catalogue.indicator_code,
        catalogue.source,
        catalogue.source_precedence,
        pairs.origin_iso3 as reference_iso3,
        pairs.destination_iso3 as country_iso3,
        pairs.origin_iso3 || '-' || pairs.destination_iso3 as series_id,
        cast(null as integer) as year,
        cast({{ value }} as double) as value,
        'reported' as value_origin,
        pairs.vintage,
        pairs.file_id,
        pairs.loaded_at
    from {{ ref("stg_cepii_geodist__distances") }} as pairs
    inner join catalogue
        on catalogue.source = 'cepii_geodist'
        and catalogue.source_key = '{{ source_key }}'
    where pairs.origin_iso3 is not null and pairs.destination_iso3 is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

oil_prices as (

    -- One row a year as the publisher averages them; a file of days or months is averaged here.
    select
        catalogue.indicator_code,
        catalogue.source,
        catalogue.source_precedence,
        cast(null as string) as reference_iso3,
        cast(null as string) as country_iso3,
        'world' as series_id,
        cast(extract(year from prices.price_date) as integer) as year,
        avg(prices.price_usd_per_bbl {{ in_order_of("prices.price_date") }}) as value,
        'reported' as value_origin,
        prices.vintage,
        prices.file_id,
        prices.loaded_at
    from {{ ref("stg_eia_petroleum__spot_prices") }} as prices
    inner join catalogue
        on catalogue.source = 'eia_petroleum'
        and catalogue.source_key = prices.crude_oil
    group by
        catalogue.indicator_code,
        catalogue.source,
        catalogue.source_precedence,
        extract(year from prices.price_date),
        prices.vintage,
        prices.file_id,
        prices.loaded_at

),

commodity_prices as (

    {{ columns_as_series(
        ref("stg_worldbank_pinksheet__annual_prices"), "worldbank_pinksheet",
        ["crude_oil_brent_usd_per_bbl", "crude_oil_wti_usd_per_bbl"],
        "catalogue", is_about_countries=false
    ) }}

),

unioned as (

    {%- for step in [
        "development", "logistics", "governance", "digital_services", "data360", "consumer_prices",
        "direction_of_trade", "distances", "oil_prices", "commodity_prices",
    ] %}
    select
        indicator_code, source, source_precedence, reference_iso3, country_iso3, series_id, year,
        value, value_origin, vintage, file_id, loaded_at
    from {{ step }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select
    indicator_code,
    source,
    source_precedence,
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
where value is not null
