{#- The natural logarithm where it exists. An engine may answer ln(0) with minus infinity and no error. -#}
{% macro ln_of_positive(number) -%}
    case when {{ number }} > 0 then ln({{ number }}) end
{%- endmacro %}


{#- A quotient where it exists. An engine may answer 1/0 with infinity and no error. -#}
{% macro quotient(numerator, denominator) -%}
    ({{ numerator }}) / nullif({{ denominator }}, 0)
{%- endmacro %}
