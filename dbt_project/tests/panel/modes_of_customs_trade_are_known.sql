{#- Fails for every mode that is in neither list of modes, and names the known ones that begin alike. -#}
with modes as (

    select 'trade_mode' as mode_kind, code
    from {{ ref("trade_modes") }}
    union all
    select 'supervision_mode', code
    from {{ ref("supervision_modes") }}

),

landed_modes as (

    select
        file_id,
        row_number,
        case when trade_mode_code is not null then 'trade_mode' else 'supervision_mode' end as mode_kind,
        coalesce(trade_mode_code, supervision_mode_code) as code
    from {{ ref("stg_gacc__commodity_trade") }}
    where trade_mode_code is not null or supervision_mode_code is not null

),

unknown as (

    select
        landed_modes.file_id,
        landed_modes.mode_kind,
        landed_modes.code,
        min(landed_modes.row_number) as first_line,
        count(*) as rows_with_the_mode
    from landed_modes
    left join modes
        on modes.mode_kind = landed_modes.mode_kind
        and modes.code = landed_modes.code
    where modes.code is null
    group by landed_modes.file_id, landed_modes.mode_kind, landed_modes.code

)

select
    files.file_name,
    unknown.first_line,
    unknown.mode_kind,
    unknown.code,
    unknown.rows_with_the_mode,
    {{ listed("alike.code") }} as known_codes_that_begin_alike
from unknown
left join modes as alike
    on alike.mode_kind = unknown.mode_kind
    and substring(alike.code, 1, 1) = substring(unknown.code, 1, 1)
left join {{ ref("stg_meta__files") }} as files
    on files.file_id = unknown.file_id
group by files.file_name, unknown.first_line, unknown.mode_kind, unknown.code, unknown.rows_with_the_mode
