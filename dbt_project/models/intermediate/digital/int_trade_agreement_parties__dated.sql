with lists as (

    select
        parties.file_id,
        parties.vintage,
        parties.loaded_at,
        files.retrieved_at,
        count(*) as row_count,
        {{ as_of("parties.vintage") }} as is_known
    from {{ ref("stg_cited_facts__trade_agreement_parties") }} as parties
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = parties.file_id
    group by parties.file_id, parties.vintage, parties.loaded_at, files.retrieved_at

),

ranked as (

    select
        file_id,
        row_number() over (
            order by
                is_known desc,
                case when is_known then vintage end desc,
                vintage,
                {{ file_preference("loaded_at", "retrieved_at", "row_count", "file_id") }}
        ) as list_rank
    from lists

),

listed as (

    select
        parties.agreement_code,
        parties.country_iso3,
        parties.side,
        parties.status,
        parties.valid_from,
        parties.valid_to,
        parties.confidence,
        parties.source_url,
        parties.note,
        parties.vintage,
        parties.file_id
    from {{ ref("stg_cited_facts__trade_agreement_parties") }} as parties
    inner join ranked
        on ranked.file_id = parties.file_id
        and ranked.list_rank = 1

),

grouped as (

    -- The members of a group are the parties of its agreement: their days stand in the list of memberships alone.
    select
        agreements.agreement_code,
        members.country_iso3,
        cast(null as string) as side,
        members.status,
        members.valid_from,
        members.valid_to,
        stated.confidence,
        stated.source_url,
        stated.note,
        members.vintage,
        members.file_id
    from {{ ref("int_trade_agreements__chosen") }} as agreements
    inner join {{ ref("int_group_memberships__chosen") }} as members
        on members.group_code = agreements.group_code
    inner join {{ ref("stg_cited_facts__group_memberships") }} as stated
        on stated.file_id = members.file_id
        and stated.group_code = members.group_code
        and stated.country_iso3 = members.country_iso3
        and stated.status = members.status
        and stated.valid_from is not distinct from members.valid_from

),

combined as (

    select
        agreement_code, country_iso3, side, status, valid_from, valid_to, confidence, source_url, note, vintage, file_id
    from listed

    union all

    select
        agreement_code, country_iso3, side, status, valid_from, valid_to, confidence, source_url, note, vintage, file_id
    from grouped

),

claims as (

    select
        combined.agreement_code,
        combined.country_iso3,
        min(combined.valid_from) as other_valid_from
    from combined
    inner join {{ ref("agreement_statuses") }} as statuses
        on statuses.status = combined.status
        and statuses.is_claim_about_day
    group by combined.agreement_code, combined.country_iso3

),

nearest as (

    -- Of a country that applied, signed and joined, the status nearest to being in force is its own.
    select
        combined.agreement_code,
        combined.country_iso3,
        combined.side,
        combined.status,
        statuses.is_in_force,
        statuses.distance,
        combined.valid_from,
        combined.valid_to,
        combined.confidence,
        combined.source_url,
        combined.note,
        combined.vintage,
        combined.file_id,
        row_number() over (
            partition by combined.agreement_code, combined.country_iso3
            order by statuses.distance, combined.valid_from
        ) as place
    from combined
    inner join {{ ref("agreement_statuses") }} as statuses
        on statuses.status = combined.status
        and not statuses.is_claim_about_day

)

select
    nearest.agreement_code,
    nearest.country_iso3,
    nearest.side,
    nearest.status,
    nearest.is_in_force,
    nearest.distance,
    nearest.valid_from,
    nearest.valid_to,
    claims.other_valid_from,
    nearest.confidence,
    nearest.source_url,
    nearest.note,
    nearest.vintage,
    nearest.file_id
from nearest
left join claims
    on claims.agreement_code = nearest.agreement_code
    and claims.country_iso3 = nearest.country_iso3
where nearest.place = 1
