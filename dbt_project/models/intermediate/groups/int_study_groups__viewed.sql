with partners as (

    select
        study,
        country_iso3,
        year
    from {{ ref("int_study_partners__dated") }}
    where is_in_study and not is_reference

),

listed_groups as (

    select
        partners.study,
        groups.group_code,
        groups.group_name,
        groups.group_kind,
        groups.membership_view,
        partners.country_iso3,
        partners.year
    from partners
    inner join {{ ref("int_country_groups__viewed") }} as groups
        on groups.country_iso3 = partners.country_iso3
        and groups.year = partners.year

),

everybody as (

    select
        partners.study,
        'ALL' as group_code,
        'All partners of the study' as group_name,
        'all' as group_kind,
        views.membership_view,
        partners.country_iso3,
        partners.year
    from partners
    cross join {{ ref("membership_views") }} as views

)

select study, group_code, group_name, group_kind, membership_view, country_iso3, year from listed_groups
union all
select study, group_code, group_name, group_kind, membership_view, country_iso3, year from everybody
