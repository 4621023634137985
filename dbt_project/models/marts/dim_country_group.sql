with lists as (

    select
        group_code,
        cast(extract(year from vintage) as integer) as vintage_year,
        not ({{ as_of("vintage") }}) as is_later_vintage
    from {{ ref("int_group_memberships__chosen") }}
    group by group_code, vintage

)

select
    members.group_code,
    groups.group_name,
    members.country_iso3,
    countries.country_name,
    members.year,
    members.valid_from,
    members.valid_to,
    members.status,
    members.member_on_31dec,
    members.member_any_day,
    members.member_full_year,
    members.current_members_fixed,
    lists.is_later_vintage
from {{ ref("int_country_groups__dated") }} as members
-- What becomes of a membership after the list was made, nobody knows yet.
inner join lists
    on lists.group_code = members.group_code
    and lists.vintage_year >= members.year
left join {{ ref("country_groups") }} as groups
    on groups.group_code = members.group_code
left join {{ ref("dim_country") }} as countries
    on countries.code = members.country_iso3
    and countries.is_canonical
