{#- Fails for every correction of what is neither an indicator of the catalogue nor a report of a source of trade: it
    would correct nothing, silently. -#}

with uncatalogued as (

    select trade_sources.source
    from {{ ref("trade_sources") }} as trade_sources
    left join {{ ref("indicators") }} as catalogue
        on catalogue.source = trade_sources.source
    where catalogue.source is null

),

trade_reports as (

    {%- for reported_by in ["exporter", "importer", "reconciled"] %}
    select {{ trade_report_code("source", "'" ~ reported_by ~ "'") }} as indicator_code
    from uncatalogued
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select
    corrections.correction_id,
    corrections.indicator_code
from {{ ref("corrections") }} as corrections
left join {{ ref("indicators") }} as indicators
    on indicators.indicator_code = corrections.indicator_code
left join trade_reports
    on trade_reports.indicator_code = corrections.indicator_code
where
    indicators.indicator_code is null
    and trade_reports.indicator_code is null
