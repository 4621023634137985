{#- How many letters must be put in, taken out or changed to make one text of the other. -#}
{% macro edit_distance(text, other_text) -%}
    {{ return(adapter.dispatch("edit_distance")(text, other_text)) }}
{%- endmacro %}


{% macro duckdb__edit_distance(text, other_text) -%}
    levenshtein({{ text }}, {{ other_text }})
{%- endmacro %}
