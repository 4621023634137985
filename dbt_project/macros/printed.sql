{#- Half a unit of the last digit of a printed number: what rounding alone may hide. Noughts at the end of a whole
    number are not known to be counted where it was printed in a larger unit: 2100 of a printed 2.1 stands for 2050 to
    2150. -#}
{% macro printed_half_unit(text, are_noughts_counted=false) -%}
    case
        when instr({{ text }}, '.') > 0 then 0.5 / power(10, length({{ text }}) - instr({{ text }}, '.'))
        {%- if are_noughts_counted %}
        when {{ text }} is not null then 0.5
        {%- else %}
        when {{ text }} is not null
            then 0.5 * power(10, length({{ text }}) - length(trim(trailing '{{ 0 }}' from {{ text }})))
        {%- endif %}
    end
{%- endmacro %}


{#- Growth of a level on a base in percent, where both are there. -#}
{% macro growth_pct(level, base) -%}
    100 * ({{ quotient(level, base) }} - 1)
{%- endmacro %}


{#- The first or second number of the arithmetic that a note gives of a derived figure: a level over one plus its
    growth. -#}
{% macro derivation_number(note, place) -%}
    cast(nullif(regexp_extract({{ note }}, '^derived: ([0-9.]+) / ([0-9.]+)', {{ place }}), '') as double)
{%- endmacro %}
