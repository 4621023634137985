with catalogue as (

    select
        indicator_code,
        source,
        source_key,
        0 as source_precedence
    from {{ ref("indicators") }}

    union all

    select
        indicator_code,
        source,
        source_key,
        precedence as source_precedence
    from {{ ref("indicator_sources") }}

),

stated as (

    select
        'worldbank_wdi' as source,
        indicator_code as source_key,
        country_code_worldbank as area_code,
        year,
        value,
        vintage,
        file_id,
        loaded_at
    from {{ ref("stg_worldbank_wdi__observations") }}

    union all

    select
        'worldbank_data360' as source,
        indicator_code as source_key,
        country_code_worldbank as area_code,
        year,
        value,
        vintage,
        file_id,
        loaded_at
    from {{ ref("stg_worldbank_data360__observations") }}
    where frequency_code = 'A' and is_total

    {%- for column in ["exports_usd", "imports_usd"] %}

    union all

    select
        'unctad' as source,
        '{{ column }}' as source_key,
        country_code_unctad as area_code,
        year,
        {{ column }} as value,
        vintage,
        file_id,
        loaded_at
    from {{ ref("stg_unctad__digitally_deliverable_services") }}
    {%- endfor %}

),

observed as (

    select
        catalogue.indicator_code,
        stated.source,
        catalogue.source_precedence,
        stated.area_code,
        stated.year,
        stated.value,
        stated.vintage,
        stated.file_id,
        stated.loaded_at,
        files.retrieved_at,
        count(*) over (
            partition by catalogue.indicator_code, stated.vintage, stated.file_id
        ) as value_count
    from stated
    inner join {{ ref("world_areas") }} as areas
        on areas.source = stated.source
        and areas.area_code = stated.area_code
    inner join catalogue
        on catalogue.source = stated.source
        and catalogue.source_key = stated.source_key
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = stated.file_id
    where stated.value is not null and {{ as_of("stated.vintage") }}

),

ranked as (

    -- As for countries: all values of an indicator and vintage come from one file.
    select
        indicator_code,
        source,
        area_code,
        year,
        value,
        vintage,
        file_id,
        rank() over (
            partition by indicator_code, vintage
            order by source_precedence, {{ file_preference("loaded_at", "retrieved_at", "value_count", "file_id") }}
        ) as file_rank
    from observed

)

select
    indicator_code,
    vintage,
    year,
    area_code,
    value,
    source,
    file_id
from ranked
where file_rank = 1
