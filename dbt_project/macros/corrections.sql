{#- Join condition: the correction that is about a value of a series, year and vintage of a source. -#}
{% macro is_about(corrections, observations) -%}
    {{ corrections }}.indicator_code = {{ observations }}.indicator_code
    and ({{ corrections }}.source is null or {{ corrections }}.source = {{ observations }}.source)
    and (
        {{ corrections }}.is_for_every_series
        or (
            {{ corrections }}.reference_iso3 is not distinct from {{ observations }}.reference_iso3
            and {{ corrections }}.country_iso3 is not distinct from {{ observations }}.country_iso3
        )
    )
    and ({{ corrections }}.year_from is null or {{ observations }}.year >= {{ corrections }}.year_from)
    and ({{ corrections }}.year_to is null or {{ observations }}.year <= {{ corrections }}.year_to)
    and ({{ corrections }}.vintage_from is null or {{ observations }}.vintage >= {{ corrections }}.vintage_from)
    and ({{ corrections }}.vintage_to is null or {{ observations }}.vintage <= {{ corrections }}.vintage_to)
{%- endmacro %}


{#- Whether a source still states what the correction expects. One that has repaired itself is not corrected again: its
    value stands, and the guard names the correction. -#}
{% macro is_expected_by(corrections, value) -%}
    {{ value }} between {{ corrections }}.expected_min_value and {{ corrections }}.expected_max_value
{%- endmacro %}


{#- The value that comes of a correction; missing for one that removes it. -#}
{% macro corrected_by(corrections, value) -%}
    case
        when not ({{ is_expected_by(corrections, value) }}) then {{ value }}
        when {{ corrections }}.action = 'replace' then {{ corrections }}.value
        when {{ corrections }}.action = 'multiply' then {{ value }} * {{ corrections }}.value
    end
{%- endmacro %}


{#- By what corrections and revisions call the reports of a source of trade that are no indicator of the catalogue:
    the source and whose report it is, such as UN_COMTRADE.EXPORTER. -#}
{% macro trade_report_code(source, reported_by) -%}
    upper({{ source }} || '.' || {{ reported_by }})
{%- endmacro %}
