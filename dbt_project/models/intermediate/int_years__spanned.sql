with sources_of_years as (

    select year from {{ ref("int_indicators__deduplicated") }}
    union all
    select year_from from {{ ref("stg_serai__studies") }}
    union all
    select year_to from {{ ref("stg_serai__studies") }}
    union all
    select chain_base_year from {{ ref("stg_serai__study_variables") }}
    union all
    select year_from from {{ ref("stg_serai__study_digital_trade") }}
    union all
    select year_to from {{ ref("stg_serai__study_digital_trade") }}
    union all
    select cast(extract(year from vintage) as integer) from {{ ref("stg_cited_facts__group_memberships") }}

),

bounds as (

    select
        min(year) as first_year,
        max(year) as last_year
    from sources_of_years
    where year is not null

),

years as (

    {{ year_series("bounds", "first_year", "last_year") }}

)

select year
from years
