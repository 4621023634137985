with releases as (

    select
        digital.study,
        exports.vintage as exports_vintage,
        imports.vintage as imports_vintage
    from {{ ref("stg_serai__study_digital_trade") }} as digital
    left join {{ ref("int_study_variables__vintaged") }} as exports
        on exports.study = digital.study
        and exports.variable = digital.services_exports_variable
    left join {{ ref("int_study_variables__vintaged") }} as imports
        on imports.study = digital.study
        and imports.variable = digital.services_imports_variable

),

reasoned as (

    select
        services.study,
        services.country_iso3,
        coalesce(countries.country_name, services.world_name) as country_name,
        services.year,
        services.is_member,
        services.is_reference,
        services.is_world,
        {%- for name in ["dds_exports", "dds_imports", "total_exports", "total_imports"] %}
        services.{{ name }}_usd,
        services.{{ name }}_value_origin,
        services.{{ name }}_vintage,
        services.{{ name }}_file_id,
        {%- endfor %}
        services.dds_balance_usd,
        services.dds_exports_growth_pct,
        services.dds_imports_growth_pct,
        services.dds_exports_share_pct,
        services.dds_imports_share_pct,
        services.dds_exports_world_share_pct,
        services.dds_exports_revealed_advantage,
        services.dds_exports_rank,
        services.dds_exports_advantage_rank,
        services.ranked_count,
        services.world_economies_count,
        case
            when services.dds_exports_usd is not null then null
            when releases.exports_vintage is null then 'exports: no release landed'
            else 'exports: not published in the release of ' || cast(releases.exports_vintage as string)
        end as exports_gap,
        case
            when services.dds_imports_usd is not null then null
            when releases.imports_vintage is null then 'imports: no release landed'
            else 'imports: not published in the release of ' || cast(releases.imports_vintage as string)
        end as imports_gap,
        case when services.total_exports_usd is null then 'total exports: not published' end as totals_gap
    from {{ ref("int_digital_services__compared") }} as services
    inner join releases
        on releases.study = services.study
    left join {{ ref("dim_country") }} as countries
        on countries.code = services.country_iso3
        and countries.is_canonical

)

select
    study,
    country_iso3,
    country_name,
    cast(year as integer) as year,
    is_member,
    is_reference,
    is_world,
    dds_exports_usd,
    dds_imports_usd,
    dds_balance_usd,
    dds_exports_usd is not null as has_exports,
    dds_imports_usd is not null as has_imports,
    nullif(concat_ws('; ', exports_gap, imports_gap, totals_gap), '') as gap_reason,
    dds_exports_growth_pct,
    dds_imports_growth_pct,
    total_exports_usd,
    total_imports_usd,
    dds_exports_share_pct,
    dds_imports_share_pct,
    dds_exports_world_share_pct,
    dds_exports_revealed_advantage,
    cast(dds_exports_rank as integer) as dds_exports_rank,
    cast(dds_exports_advantage_rank as integer) as dds_exports_advantage_rank,
    ranked_count,
    world_economies_count is not null as is_world_incomplete_sum,
    world_economies_count,
    dds_exports_value_origin,
    dds_imports_value_origin,
    total_exports_value_origin,
    total_imports_value_origin,
    dds_exports_vintage,
    dds_imports_vintage,
    total_exports_vintage,
    total_imports_vintage,
    dds_exports_file_id,
    dds_imports_file_id,
    total_exports_file_id,
    total_imports_file_id
from reasoned
