{#- Text without blanks around it; a blank cell is a missing one. -#}
{% macro trimmed(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}
