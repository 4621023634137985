with direction_of_trade as (

    -- Through the indicators, where corrections are made and files of one vintage are told apart.
    select
        catalogue.source,
        case when catalogue.source_key = 'exports_fob' then 'exporter' else 'importer' end as reported_by,
        case
            when catalogue.source_key = 'exports_fob' then observations.reference_iso3
            else observations.country_iso3
        end as exporter_iso3,
        case
            when catalogue.source_key = 'exports_fob' then observations.country_iso3
            else observations.reference_iso3
        end as importer_iso3,
        observations.year,
        observations.value as trade_value_usd,
        cast(null as double) as value_fob_usd,
        case when catalogue.source_key = 'exports_fob' then 'fob' else 'cif' end as valuation,
        observations.value_origin,
        cast(null as integer) as months_reported,
        observations.vintage,
        observations.file_id
    from {{ ref("int_indicators__corrected") }} as observations
    inner join {{ ref("indicators") }} as catalogue
        on catalogue.indicator_code = observations.indicator_code
    where catalogue.source_key in ('exports_fob', 'imports_cif')

),

unioned as (

    {%- for step in [
        "direction_of_trade",
        ref("int_un_comtrade_trade__totalled"),
        ref("int_gacc_trade__accumulated"),
        ref("int_baci_trade__summed"),
    ] %}
    select
        source, exporter_iso3, importer_iso3, year, reported_by, trade_value_usd,
        value_fob_usd, valuation, value_origin, months_reported, vintage, file_id
    from {{ step }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select
    source,
    exporter_iso3,
    importer_iso3,
    year,
    reported_by,
    trade_value_usd,
    value_fob_usd,
    valuation,
    value_origin,
    months_reported,
    vintage,
    file_id
from unioned
