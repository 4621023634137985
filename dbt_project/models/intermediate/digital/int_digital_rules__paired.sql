with pairs as (

    select distinct
        study,
        reference_iso3,
        country_iso3
    from {{ ref("int_digital_economies__dated") }}
    where not is_reference

),

sides as (

    select
        pairs.study,
        pairs.reference_iso3,
        pairs.country_iso3,
        agreements.agreement_code,
        agreements.agreement_name,
        agreements.agreement_kind,
        agreements.digital_provisions,
        agreements.counts_as_digital,
        agreements.digital_provisions_note,
        agreements.confidence as provisions_confidence,
        agreements.source_url as provisions_source_url,
        theirs.status as member_status,
        theirs.distance as member_distance,
        theirs.is_in_force as is_member_in_force,
        theirs.valid_from as member_valid_from,
        coalesce(theirs.other_valid_from, theirs.valid_from) as member_other_valid_from,
        theirs.confidence as member_confidence,
        theirs.source_url as member_source_url,
        theirs.note as member_note,
        coalesce(ours.status, outside.status) as reference_status,
        coalesce(ours.distance, outside.distance) as reference_distance,
        coalesce(ours.is_in_force, outside.is_in_force) as is_reference_in_force,
        ours.valid_from as reference_valid_from,
        coalesce(ours.other_valid_from, ours.valid_from) as reference_other_valid_from,
        ours.confidence as reference_confidence,
        ours.source_url as reference_source_url,
        ours.note as reference_note,
        least(
            coalesce(theirs.valid_to, ours.valid_to), coalesce(ours.valid_to, theirs.valid_to)
        ) as valid_to,
        theirs.vintage,
        theirs.file_id
    from pairs
    inner join {{ ref("int_trade_agreement_parties__dated") }} as theirs
        on theirs.country_iso3 = pairs.country_iso3
    inner join {{ ref("int_trade_agreements__chosen") }} as agreements
        on agreements.agreement_code = theirs.agreement_code
    left join {{ ref("int_trade_agreement_parties__dated") }} as ours
        on ours.country_iso3 = pairs.reference_iso3
        and ours.agreement_code = theirs.agreement_code
    inner join {{ ref("agreement_statuses") }} as outside
        on outside.is_outside
    -- Parties of one side are not linked by what the agreement has with the other side.
    where ours.agreement_code is null or theirs.side is null or theirs.side <> ours.side

),

paired as (

    select
        study,
        reference_iso3,
        country_iso3,
        agreement_code,
        agreement_name,
        agreement_kind,
        case when member_distance >= reference_distance then member_status else reference_status end as status,
        is_member_in_force and is_reference_in_force as is_in_force,
        -- Between two countries nothing holds before the later of their days.
        case
            when reference_valid_from is not null then greatest(member_valid_from, reference_valid_from)
        end as valid_from,
        valid_to,
        case
            when reference_valid_from is not null then greatest(member_other_valid_from, reference_other_valid_from)
        end as other_valid_from,
        case
            when reference_valid_from > member_valid_from then reference_source_url
            else member_source_url
        end as source_url,
        greatest(member_confidence, coalesce(reference_confidence, member_confidence)) as confidence,
        digital_provisions,
        counts_as_digital,
        digital_provisions_note,
        provisions_confidence,
        provisions_source_url,
        member_status,
        member_valid_from,
        member_note,
        reference_status,
        reference_valid_from,
        reference_note,
        vintage,
        {{ as_of_day("vintage") }} as current_on,
        file_id
    from sides

)

select
    study,
    reference_iso3,
    country_iso3,
    agreement_code,
    agreement_name,
    agreement_kind,
    status,
    is_in_force
        and coalesce(valid_from <= current_on, true)
        and coalesce(valid_to >= current_on, true) as is_in_force,
    is_in_force as is_in_force_from_its_day,
    valid_from,
    valid_to,
    case when other_valid_from <> valid_from then other_valid_from end as other_valid_from,
    coalesce(other_valid_from <> valid_from, false) as is_date_disputed,
    source_url,
    confidence,
    digital_provisions,
    counts_as_digital,
    digital_provisions_note,
    provisions_confidence,
    provisions_source_url,
    member_status,
    member_valid_from,
    member_note,
    reference_status,
    reference_valid_from,
    reference_note,
    vintage,
    current_on,
    file_id
from paired
