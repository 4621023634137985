with group_memberships as (

    select *
    from {{ source("cited_facts", "group_memberships") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        group_memberships.file_id,
        group_memberships.row_number,
        group_memberships.vintage,
        group_memberships.loaded_at,
        {{ trimmed("group_memberships.group_code") }} as group_code,
        countries.country_iso3,
        group_memberships.valid_from,
        group_memberships.valid_to,
        {{ trimmed("group_memberships.status") }} as status,
        {{ trimmed("group_memberships.confidence") }} as confidence,
        {{ trimmed("group_memberships.source_url") }} as source_url,
        {{ trimmed("group_memberships.note") }} as note
    from group_memberships
    left join countries
        on {{ is_code_of("countries", "iso3", trimmed("group_memberships.country_iso3")) }}

)

select *
from renamed
