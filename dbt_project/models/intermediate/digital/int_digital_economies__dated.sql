with study_years as (

    select
        digital.study,
        studies.reference_iso3,
        years.year
    from {{ ref("stg_serai__study_digital_trade") }} as digital
    inner join {{ ref("stg_serai__studies") }} as studies
        on studies.study = digital.study
    inner join {{ ref("int_years__spanned") }} as years
        on years.year between digital.year_from and digital.year_to

),

grouped as (

    select
        study_years.study,
        study_years.reference_iso3,
        members.country_iso3,
        study_years.year,
        {{ is_member_by_rule("partners.membership_rule", "members") }} as is_member
    from {{ ref("stg_serai__study_partners") }} as partners
    inner join {{ ref("int_country_groups__dated") }} as members
        on members.group_code = partners.group_code
    inner join study_years
        on study_years.study = partners.study
        and study_years.year = members.year
        and study_years.reference_iso3 <> members.country_iso3

),

partners as (

    select distinct
        study,
        country_iso3
    from {{ ref("int_study_partners__dated") }}
    where is_partner

),

ungrouped as (

    -- A listed partner is one in every year; only a group has days of entry.
    select
        study_years.study,
        study_years.reference_iso3,
        partners.country_iso3,
        study_years.year,
        true as is_member
    from partners
    inner join study_years
        on study_years.study = partners.study
    where
        partners.study not in (
            select study from {{ ref("stg_serai__study_partners") }} where group_code is not null
        )

),

combined as (

    select study, reference_iso3, country_iso3, year, is_member from grouped
    union all
    select study, reference_iso3, country_iso3, year, is_member from ungrouped

),

by_year as (

    select
        study,
        reference_iso3,
        country_iso3,
        year,
        coalesce(bool_or(is_member), false) as is_member
    from combined
    group by study, reference_iso3, country_iso3, year

),

flagged as (

    select
        study,
        reference_iso3,
        country_iso3,
        year,
        is_member,
        bool_or(is_member) over (partition by study, country_iso3) as is_ever_member
    from by_year

)

select
    study,
    reference_iso3,
    country_iso3,
    year,
    is_member,
    false as is_reference
from flagged
where is_ever_member

union all

select
    study,
    reference_iso3,
    reference_iso3 as country_iso3,
    year,
    false as is_member,
    true as is_reference
from study_years
