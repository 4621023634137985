{#- One aggregate per DOUBLE column that the calling model declares: the value of the indicator that the
    indicators seed gives this column name. Adding an indicator is a row of the seed and a declared column. -#}
{% macro pivoted_indicators(column_name, value) -%}
    {%- for column in model.columns.values() if column.data_type | lower == "double" %}
    max(case when {{ column_name }} = '{{ column.name }}' then {{ value }} end) as {{ column.name }}
    {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
