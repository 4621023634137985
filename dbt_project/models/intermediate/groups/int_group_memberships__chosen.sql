with vintages as (

    select
        group_code,
        coalesce(max(case when {{ as_of("vintage") }} then vintage end), min(vintage)) as vintage
    from {{ ref("stg_cited_facts__group_memberships") }}
    group by group_code

)

select
    memberships.group_code,
    memberships.country_iso3,
    memberships.valid_from,
    memberships.valid_to,
    memberships.status,
    statuses.counts_as_member,
    memberships.vintage,
    {{ as_of_day("memberships.vintage") }} as current_on,
    memberships.file_id
from {{ ref("stg_cited_facts__group_memberships") }} as memberships
inner join vintages
    on vintages.group_code = memberships.group_code
    and vintages.vintage = memberships.vintage
left join {{ ref("membership_statuses") }} as statuses
    on statuses.status = memberships.status
