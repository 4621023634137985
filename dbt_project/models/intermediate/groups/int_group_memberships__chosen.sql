with lists as (

    select
        memberships.group_code,
        memberships.file_id,
        memberships.vintage,
        memberships.loaded_at,
        files.retrieved_at,
        count(*) as row_count,
        {{ as_of("memberships.vintage") }} as is_known
    from {{ ref("stg_cited_facts__group_memberships") }} as memberships
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = memberships.file_id
    group by
        memberships.group_code,
        memberships.file_id,
        memberships.vintage,
        memberships.loaded_at,
        files.retrieved_at

),

ranked as (

    -- Of the lists known by the run's day the latest, else the earliest later one; of two of one vintage the rule
    -- that holds for all files.
    select
        group_code,
        file_id,
        row_number() over (
            partition by group_code
            order by
                is_known desc,
                case when is_known then vintage end desc,
                vintage,
                {{ file_preference("loaded_at", "retrieved_at", "row_count", "file_id") }}
        ) as list_rank
    from lists

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
inner join ranked
    on ranked.group_code = memberships.group_code
    and ranked.file_id = memberships.file_id
    and ranked.list_rank = 1
left join {{ ref("membership_statuses") }} as statuses
    on statuses.status = memberships.status
