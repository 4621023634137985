{#- Text without blanks around it; a blank cell is a missing one. -#}
{% macro trimmed(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}


{#- A number as text of a width, with the zeros before it that belong to a code. -#}
{% macro zero_padded(text, width) -%}
    lpad({{ text }}, {{ width }}, '{{ 0 }}')
{%- endmacro %}
