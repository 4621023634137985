{#- The condition under which a vintage was known on the day that the run rebuilds; always true without such a day. -#}
{% macro as_of(vintage) -%}
    {%- set day = var("as_of", "") or "" -%}
    {%- if day -%} {{ vintage }} <= cast('{{ day }}' as date) {%- else -%} true {%- endif -%}
{%- endmacro %}


{#- The day that the run rebuilds as a date, or the given fallback without such a day. -#}
{% macro as_of_day(fallback) -%}
    {%- set day = var("as_of", "") or "" -%}
    {%- if day -%} cast('{{ day }}' as date) {%- else -%} {{ fallback }} {%- endif -%}
{%- endmacro %}
