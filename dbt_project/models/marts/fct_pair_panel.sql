with trade as (

    select
        studies.study,
        trade.exporter_iso3,
        trade.importer_iso3,
        trade.year,
        trade.value_final_usd,
        trade.value_exporter_usd,
        trade.value_importer_usd,
        coalesce(trade.is_exporter_estimated, false) as is_exporter_estimated,
        coalesce(trade.is_importer_estimated, false) as is_importer_estimated,
        trade.value_origin = 'estimated' as is_final_estimated,
        trade.value_origin,
        trade.report_used,
        trade.source,
        trade.vintage,
        trade.file_id,
        trade.is_self_trade
    from {{ ref("stg_serai__study_pair_gravity") }} as studies
    inner join {{ ref("fct_bilateral_trade") }} as trade
        on trade.year between studies.year_from and studies.year_to

),

ties as (

    -- The published pairs may have one direction alone; what two countries have in common has none.
    select
        directed.exporter_iso3,
        directed.importer_iso3,
        max(directed.distance_km) as distance_km,
        max(directed.is_contiguous) as is_contiguous,
        max(directed.has_common_official_language) as has_common_official_language
    from (
        {%- for exporter, importer in [
            ("reference_iso3", "country_iso3"), ("country_iso3", "reference_iso3")
        ] %}
        select
            chosen.{{ exporter }} as exporter_iso3,
            chosen.{{ importer }} as importer_iso3,
            {%- for column in ["distance_km", "is_contiguous", "has_common_official_language"] %}
            case when indicators.column_name = '{{ column }}' then chosen.value end as {{ column }}
            {{- "," if not loop.last }}
            {%- endfor %}
        from {{ ref("int_indicators__chosen") }} as chosen
        inner join {{ ref("indicators") }} as indicators
            on indicators.indicator_code = chosen.indicator_code
            and indicators.scope = 'pair_fixed'
        {{ "union all" if not loop.last }}
        {%- endfor %}
    ) as directed
    group by directed.exporter_iso3, directed.importer_iso3

)

select
    trade.study,
    trade.exporter_iso3,
    trade.importer_iso3,
    trade.year,
    case when not trade.is_final_estimated then trade.value_final_usd end as value_final_usd,
    case when not trade.is_exporter_estimated then trade.value_exporter_usd end as value_exporter_usd,
    case when not trade.is_importer_estimated then trade.value_importer_usd end as value_importer_usd,
    case when trade.is_final_estimated then trade.value_final_usd end as value_estimated_usd,
    trade.value_origin,
    trade.report_used,
    trade.source,
    trade.vintage,
    trade.file_id,
    trade.is_self_trade,
    cast(case when agreements.agreement_count is null then 0 else 1 end as double) as is_agreement_in_force,
    agreements.agreement_codes,
    ties.distance_km,
    ties.is_contiguous,
    ties.has_common_official_language
from trade
left join {{ ref("int_pair_agreements__dated") }} as agreements
    on agreements.exporter_iso3 = trade.exporter_iso3
    and agreements.importer_iso3 = trade.importer_iso3
    and agreements.year = trade.year
left join ties
    on ties.exporter_iso3 = trade.exporter_iso3
    and ties.importer_iso3 = trade.importer_iso3
