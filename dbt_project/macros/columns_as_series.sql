{#- One row per series and year from a staged table that holds several indicators side by side: the catalogue says by
    `source_key` which column is which indicator. A table about the world has no country column. -#}
{% macro columns_as_series(relation, source, columns, catalogue, is_about_countries=true) -%}
    {%- for column in columns %}
    select
        {{ catalogue }}.indicator_code,
        {{ catalogue }}.source,
        {{ catalogue }}.source_precedence,
        cast(null as string) as reference_iso3,
        {{ "staged.country_iso3" if is_about_countries else "cast(null as string)" }} as country_iso3,
        {{ "staged.country_iso3" if is_about_countries else "'world'" }} as series_id,
        staged.year,
        staged.{{ column }} as value,
        'reported' as value_origin,
        staged.vintage,
        staged.file_id,
        staged.loaded_at
    from {{ relation }} as staged
    inner join {{ catalogue }}
        on {{ catalogue }}.source = '{{ source }}'
        and {{ catalogue }}.source_key = '{{ column }}'
    {{- " where staged.country_iso3 is not null" if is_about_countries }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}
