{#- Fails for every group and day on which the landed memberships count other members than are known to have been.
    Groups that no file lists, and days after the list was made, are not counted. -#}

with counted as (

    select
        counts.group_code,
        counts.checked_on,
        counts.expected_members,
        count(distinct members.country_iso3) filter (
            where
                members.counts_as_member
                and coalesce(members.valid_from <= counts.checked_on, true)
                and coalesce(members.valid_to >= counts.checked_on, true)
        ) as listed_members
    from {{ ref("country_group_counts") }} as counts
    inner join {{ ref("int_group_memberships__chosen") }} as members
        on members.group_code = counts.group_code
        and members.vintage >= counts.checked_on
    group by counts.group_code, counts.checked_on, counts.expected_members

)

select
    group_code,
    checked_on,
    expected_members,
    listed_members
from counted
where listed_members <> expected_members
