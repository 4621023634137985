with lists as (

    select
        agreements.file_id,
        agreements.vintage,
        agreements.loaded_at,
        files.retrieved_at,
        count(*) as row_count,
        {{ as_of("agreements.vintage") }} as is_known
    from {{ ref("stg_cited_facts__trade_agreements") }} as agreements
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = agreements.file_id
    group by agreements.file_id, agreements.vintage, agreements.loaded_at, files.retrieved_at

),

ranked as (

    -- As for memberships: the latest list known by the run's day, else the earliest later one.
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

)

select
    agreements.agreement_code,
    agreements.agreement_name,
    agreements.agreement_kind,
    agreements.signed_on,
    agreements.group_code,
    agreements.digital_provisions,
    kinds.counts_as_digital,
    agreements.digital_provisions_note,
    agreements.confidence,
    agreements.source_url,
    agreements.note,
    agreements.vintage,
    agreements.file_id
from {{ ref("stg_cited_facts__trade_agreements") }} as agreements
inner join ranked
    on ranked.file_id = agreements.file_id
    and ranked.list_rank = 1
left join {{ ref("digital_provisions") }} as kinds
    on kinds.digital_provisions = agreements.digital_provisions
