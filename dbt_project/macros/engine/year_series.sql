{#- One row per whole year from `first_year` to `last_year`, both columns of `bounds` (a relation of one row). -#}
{% macro year_series(bounds, first_year, last_year) -%}
    {{ return(adapter.dispatch("year_series")(bounds, first_year, last_year)) }}
{%- endmacro %}


{% macro duckdb__year_series(bounds, first_year, last_year) -%}
    select cast(unnest(generate_series({{ first_year }}, {{ last_year }})) as integer) as year
    from {{ bounds }}
{%- endmacro %}
