{#- Join condition: the row of the countries seed that a source's code means in a year.
    Without a year (`none`) the code alone decides. -#}
{% macro is_code_of(countries, code_system, code, year=none) -%}
    {{ countries }}.code_system = '{{ code_system }}'
    and {{ countries }}.code = {{ code }}
    {%- if year is not none %}
    and {{ year }} >= {{ countries }}.valid_from_year
    and ({{ countries }}.valid_to_year is null or {{ year }} <= {{ countries }}.valid_to_year)
    {%- endif %}
{%- endmacro %}
