{#- The product of a number over a group, multiplied in the order of a column. -#}
{% macro product_of(number, column) -%}
    {{ return(adapter.dispatch("product_of")(number, column)) }}
{%- endmacro %}


{% macro duckdb__product_of(number, column) -%}
    product({{ number }} order by {{ column }})
{%- endmacro %}


{#- The distinct texts of a group in alphabetical order, with commas between. -#}
{% macro listed(text) -%}
    {{ return(adapter.dispatch("listed")(text)) }}
{%- endmacro %}


{% macro duckdb__listed(text) -%}
    string_agg(distinct {{ text }}, ', ' order by {{ text }})
{%- endmacro %}


{#- The order in which an aggregate adds up. Sums of floating-point numbers depend on it in their last digit,
    and the same inputs must give the same numbers. An engine without it leaves this empty. -#}
{% macro in_order_of(columns) -%}
    {{ return(adapter.dispatch("in_order_of")(columns)) }}
{%- endmacro %}


{% macro duckdb__in_order_of(columns) -%}
    order by {{ columns }}
{%- endmacro %}
