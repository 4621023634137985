with direction_of_trade as (

    -- Through the indicators, where corrections are made and files of one vintage are told apart.
    select
        catalogue.source,
        flow_names.reported_by,
        case
            when flow_names.reported_by = 'exporter' then observations.reference_iso3
            else observations.country_iso3
        end as exporter_iso3,
        case
            when flow_names.reported_by = 'exporter' then observations.country_iso3
            else observations.reference_iso3
        end as importer_iso3,
        observations.year,
        observations.value as trade_value_usd,
        cast(null as double) as value_fob_usd,
        flow_names.valuation,
        observations.value_origin,
        cast(null as integer) as months_reported,
        observations.vintage,
        observations.file_id
    from {{ ref("int_indicators__corrected") }} as observations
    inner join {{ ref("indicators") }} as catalogue
        on catalogue.indicator_code = observations.indicator_code
    inner join {{ ref("trade_flow_names") }} as flow_names
        on flow_names.source = catalogue.source
        and flow_names.flow = catalogue.source_key

),

unioned as (

    {%- for step in [
        "direction_of_trade",
        ref("int_un_comtrade_trade__totalled"),
        ref("int_gacc_trade__accumulated"),
        ref("int_baci_trade__summed"),
    ] %}
    select
        {{ trade_report_columns() | indent(4) }}
    from {{ step }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select
    {{ trade_report_columns() }}
from unioned
