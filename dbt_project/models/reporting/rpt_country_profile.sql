{#- Of each index role a profile shows the value of one study: the one of the lowest profile priority. -#}
{%- set roles = {
    "cbec_development": "cbec_index",
    "trade_facilitation": "facilitation_index",
    "digital_base": "digital_base_index",
} -%}

with studies as (

    select
        study,
        index_role,
        profile_priority
    from {{ ref("stg_serai__studies") }}

),

indices as (

    select
        indices.country_iso3,
        indices.year,
        studies.index_role,
        indices.study,
        indices.index_value,
        indices.index_rank,
        count(indices.index_value) over (partition by indices.study, indices.year) as ranked_count,
        row_number() over (
            partition by indices.country_iso3, indices.year, studies.index_role
            order by
                case when indices.index_value is null then 1 else 0 end, studies.profile_priority, indices.study
        ) as choice
    from {{ ref("rpt_cbec_index") }} as indices
    inner join studies
        on studies.study = indices.study

),

indices_by_role as (

    select
        country_iso3,
        year
        {%- for role, column in roles.items() %},
        max(case when index_role = '{{ role }}' then study end) as {{ column }}_study,
        max(case when index_role = '{{ role }}' then index_value end) as {{ column }}_value,
        max(case when index_role = '{{ role }}' then index_rank end) as {{ column }}_rank,
        max(case when index_role = '{{ role }}' then ranked_count end) as {{ column }}_ranked_count
        {%- endfor %}
    from indices
    where choice = 1 and index_value is not null
    group by country_iso3, year

),

potentials as (

    select
        potential.study,
        potential.partner_iso3 as country_iso3,
        potential.year,
        potential.actual_trade_usd,
        potential.predicted_trade_usd,
        potential.potential_ratio,
        potential.potential_ratio_low,
        potential.potential_ratio_high,
        potential.potential_class,
        potential.class_probability,
        potential.caveat,
        rank() over (
            partition by potential.study, potential.year
            order by case when potential.potential_ratio is null then 1 else 0 end, potential.potential_ratio desc
        ) as potential_rank,
        count(potential.potential_ratio) over (partition by potential.study, potential.year) as ranked_count,
        row_number() over (
            partition by potential.partner_iso3, potential.year
            order by
                case when potential.potential_ratio is null then 1 else 0 end,
                studies.profile_priority,
                potential.study
        ) as choice
    from {{ ref("rpt_trade_potential") }} as potential
    inner join studies
        on studies.study = potential.study
    where
        potential.is_selected
        and potential.flow = 'total'

),

potentials_compared as (

    select
        country_iso3,
        year,
        count(potential_ratio) as potential_study_count,
        min(potential_ratio) as lowest_potential_ratio,
        max(potential_ratio) as highest_potential_ratio,
        {{ listed("study || ': ' || potential_class") }} as classes_by_study
    from potentials
    group by country_iso3, year

),

binding as (

    select
        dimensions.country_iso3,
        dimensions.year,
        dimensions.study,
        dimensions.dimension,
        dimensions.binding_share,
        row_number() over (
            partition by dimensions.country_iso3, dimensions.year
            order by studies.profile_priority, dimensions.study
        ) as choice
    from {{ ref("rpt_index_dimensions") }} as dimensions
    inner join studies
        on studies.study = dimensions.study
        and studies.index_role = 'trade_facilitation'
    where dimensions.is_binding

),

pillars as (

    select
        constraints.country_iso3,
        constraints.year,
        constraints.study,
        constraints.weakest_pillar,
        constraints.is_weakest_by_either_scale,
        row_number() over (
            partition by constraints.country_iso3, constraints.year
            order by studies.profile_priority, constraints.study
        ) as choice
    from {{ ref("rpt_digital_constraints") }} as constraints
    inner join studies
        on studies.study = constraints.study
    where constraints.weakest_pillar is not null

),

memberships as (

    select
        country_iso3,
        year,
        {{ listed("group_code") }} as member_of
    from {{ ref("int_country_groups__viewed") }}
    where
        membership_view = 'members_then'
        and group_kind = 'agreement'
    group by country_iso3, year

),

told as (

    select country_iso3, year from indices
    union
    select country_iso3, year from potentials
    union
    select country_iso3, year from binding
    union
    select country_iso3, year from pillars

)

select
    told.country_iso3,
    told.year,
    countries.country_name,
    countries.country_name_zh,
    countries.region,
    countries.income_group,
    memberships.member_of
    {%- for column in roles.values() %},
    indices_by_role.{{ column }}_study,
    indices_by_role.{{ column }}_value,
    cast(indices_by_role.{{ column }}_rank as bigint) as {{ column }}_rank,
    indices_by_role.{{ column }}_ranked_count
    {%- endfor %},
    potentials.study as potential_study,
    potentials.actual_trade_usd,
    potentials.predicted_trade_usd,
    potentials.potential_ratio,
    potentials.potential_ratio_low,
    potentials.potential_ratio_high,
    potentials.potential_class,
    potentials.class_probability,
    case when potentials.potential_ratio is not null then potentials.potential_rank end as potential_rank,
    potentials.ranked_count as potential_ranked_count,
    coalesce(potentials_compared.potential_study_count, 0) as potential_study_count,
    potentials_compared.lowest_potential_ratio,
    potentials_compared.highest_potential_ratio,
    potentials_compared.classes_by_study,
    binding.dimension as binding_dimension,
    binding.binding_share,
    binding.study as binding_study,
    pillars.weakest_pillar as weakest_digital_pillar,
    pillars.is_weakest_by_either_scale as is_weakest_digital_pillar_robust,
    pillars.study as digital_pillar_study,
    potentials.caveat as potential_caveat
from told
left join {{ ref("dim_country") }} as countries
    on countries.code = told.country_iso3
    and countries.is_canonical
left join memberships
    on memberships.country_iso3 = told.country_iso3
    and memberships.year = told.year
left join indices_by_role
    on indices_by_role.country_iso3 = told.country_iso3
    and indices_by_role.year = told.year
left join potentials
    on potentials.country_iso3 = told.country_iso3
    and potentials.year = told.year
    and potentials.choice = 1
left join potentials_compared
    on potentials_compared.country_iso3 = told.country_iso3
    and potentials_compared.year = told.year
left join binding
    on binding.country_iso3 = told.country_iso3
    and binding.year = told.year
    and binding.choice = 1
left join pillars
    on pillars.country_iso3 = told.country_iso3
    and pillars.year = told.year
    and pillars.choice = 1
