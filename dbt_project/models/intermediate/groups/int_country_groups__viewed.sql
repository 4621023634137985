with member_years as (

    select
        members.group_code,
        members.country_iso3,
        members.year,
        views.membership_view,
        {{ is_member_by_rule("views.membership_rule", "members") }} as is_member
    from {{ ref("int_country_groups__dated") }} as members
    cross join {{ ref("membership_views") }} as views

),

agreements as (

    select
        members.group_code,
        groups.group_name,
        'agreement' as group_kind,
        members.membership_view,
        members.country_iso3,
        members.year
    from member_years as members
    inner join {{ ref("country_groups") }} as groups
        on groups.group_code = members.group_code
    where members.is_member

),

study_lists as (

    -- Countries that a study lists one by one are a group too, the same in all years.
    select
        partners.study as group_code,
        studies.title as group_name,
        'study' as group_kind,
        views.membership_view,
        partners.partner_iso3 as country_iso3,
        years.year
    from {{ ref("stg_serai__study_partners") }} as partners
    inner join {{ ref("stg_serai__studies") }} as studies
        on studies.study = partners.study
    cross join {{ ref("membership_views") }} as views
    cross join {{ ref("int_years__spanned") }} as years
    where partners.partner_iso3 is not null

)

select group_code, group_name, group_kind, membership_view, country_iso3, year from agreements
union all
select group_code, group_name, group_kind, membership_view, country_iso3, year from study_lists
