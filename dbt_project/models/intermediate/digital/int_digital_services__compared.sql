with economies as (

    select
        study,
        reference_iso3,
        country_iso3,
        year,
        is_member,
        is_reference,
        false as is_world
    from {{ ref("int_digital_economies__dated") }}

    union all

    select distinct
        economies.study,
        economies.reference_iso3,
        world.country_iso3,
        economies.year,
        false as is_member,
        false as is_reference,
        true as is_world
    from {{ ref("int_digital_economies__dated") }} as economies
    inner join {{ ref("int_digital_flows__totalled") }} as world
        on world.study = economies.study
        and world.is_world

),

side_by_side as (

    select
        economies.study,
        economies.reference_iso3,
        economies.country_iso3,
        economies.year,
        economies.is_member,
        economies.is_reference,
        economies.is_world,
        {%- for flow, name in [
            ("services_exports", "dds_exports"), ("services_imports", "dds_imports"),
            ("total_exports", "total_exports"), ("total_imports", "total_imports"),
        ] %}
        max(case when flows.flow = '{{ flow }}' then flows.value_usd end) as {{ name }}_usd,
        max(case when flows.flow = '{{ flow }}' then flows.value_origin end) as {{ name }}_value_origin,
        max(case when flows.flow = '{{ flow }}' then flows.vintage end) as {{ name }}_vintage,
        max(case when flows.flow = '{{ flow }}' then flows.file_id end) as {{ name }}_file_id,
        {%- endfor %}
        min(flows.world_economies_count) as world_economies_count
    from economies
    left join {{ ref("int_digital_flows__totalled") }} as flows
        on flows.study = economies.study
        and flows.country_iso3 = economies.country_iso3
        and flows.year = economies.year
        and flows.is_world = economies.is_world
    group by
        economies.study,
        economies.reference_iso3,
        economies.country_iso3,
        economies.year,
        economies.is_member,
        economies.is_reference,
        economies.is_world

),

shares as (

    -- A year without the one before it has no growth: nothing is bridged.
    select
        here.study,
        here.reference_iso3,
        here.country_iso3,
        here.year,
        here.is_member,
        here.is_reference,
        here.is_world,
        {%- for name in ["dds_exports", "dds_imports", "total_exports", "total_imports"] %}
        here.{{ name }}_usd,
        here.{{ name }}_value_origin,
        here.{{ name }}_vintage,
        here.{{ name }}_file_id,
        {%- endfor %}
        here.dds_exports_usd - here.dds_imports_usd as dds_balance_usd,
        100 * ({{ quotient("here.dds_exports_usd", "before.dds_exports_usd") }} - 1) as dds_exports_growth_pct,
        100 * ({{ quotient("here.dds_imports_usd", "before.dds_imports_usd") }} - 1) as dds_imports_growth_pct,
        100 * {{ quotient("here.dds_exports_usd", "here.total_exports_usd") }} as dds_exports_share_pct,
        100 * {{ quotient("here.dds_imports_usd", "here.total_imports_usd") }} as dds_imports_share_pct,
        100 * {{ quotient("here.dds_exports_usd", "world.dds_exports_usd") }} as dds_exports_world_share_pct,
        {{ quotient(
            quotient("here.dds_exports_usd", "here.total_exports_usd"),
            quotient("world.dds_exports_usd", "world.total_exports_usd")
        ) }} as dds_exports_revealed_advantage,
        world.world_economies_count
    from side_by_side as here
    left join side_by_side as before
        on before.study = here.study
        and before.country_iso3 = here.country_iso3
        and before.is_world = here.is_world
        and before.year = here.year - 1
    left join side_by_side as world
        on world.study = here.study
        and world.year = here.year
        and world.is_world

),

worlds as (

    select
        area_code,
        min(area_name) as area_name
    from {{ ref("world_areas") }}
    group by area_code

)

select
    shares.study,
    shares.reference_iso3,
    shares.country_iso3,
    worlds.area_name as world_name,
    shares.year,
    shares.is_member,
    shares.is_reference,
    shares.is_world,
    {%- for name in ["dds_exports", "dds_imports", "total_exports", "total_imports"] %}
    {{ name }}_usd,
    {{ name }}_value_origin,
    {{ name }}_vintage,
    {{ name }}_file_id,
    {%- endfor %}
    dds_balance_usd,
    dds_exports_growth_pct,
    dds_imports_growth_pct,
    dds_exports_share_pct,
    dds_imports_share_pct,
    dds_exports_world_share_pct,
    dds_exports_revealed_advantage,
    case
        when is_member and dds_exports_usd is not null
            then rank() over (
                partition by study, year, is_member order by dds_exports_usd desc nulls last
            )
    end as dds_exports_rank,
    case
        when is_member and dds_exports_revealed_advantage is not null
            then rank() over (
                partition by study, year, is_member order by dds_exports_revealed_advantage desc nulls last
            )
    end as dds_exports_advantage_rank,
    count(case when is_member then dds_exports_usd end) over (partition by study, year) as ranked_count,
    world_economies_count
from shares
left join worlds
    on worlds.area_code = shares.country_iso3
    and shares.is_world
