{#- Fails for every row in which a floating-point column is infinite or not a number. -#}
{% test finite_numbers(model) %}

{%- set numbers = [] -%}
{%- if execute -%}
    {%- for column in adapter.get_columns_in_relation(model) if column.is_float() -%}
        {%- do numbers.append(column.quoted) -%}
    {%- endfor -%}
{%- endif %}

select
    {%- for number in numbers %}
    {{ number }},
    {%- endfor %}
    1 as failed
from {{ model }}
where
    false
    {%- for number in numbers %}
    or not {{ is_finite(number) }}
    {%- endfor %}

{% endtest %}
