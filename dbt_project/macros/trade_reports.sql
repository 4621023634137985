{#- The columns of a trade report, the same in every source, so that their union cannot mix them up. -#}
{% macro trade_report_columns() -%}
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
{%- endmacro %}


{#- Of the reports of one flow what the importer's says, and where there is none what the other says: the factor that
    brings the flow free on board is the importer's own where it states one, a rule's stands in the rows of both. -#}
{% macro importers_before_exporters(column) -%}
    coalesce(max(case when reported_by = 'importer' then {{ column }} end), max({{ column }}))
{%- endmacro %}
