{#- Fails for every row of a supervision mode in a period before its first day, after its last one, or in the
    direction in which it is not used: the mode, the period or the direction is wrong. -#}
select
    files.file_name,
    trade.row_number as line,
    trade.supervision_mode_code,
    trade.flow,
    trade.period_from,
    trade.period_to,
    modes.valid_from,
    modes.valid_to,
    modes.direction
from {{ ref("stg_gacc__commodity_trade") }} as trade
inner join {{ ref("supervision_modes") }} as modes
    on modes.code = trade.supervision_mode_code
left join {{ ref("stg_meta__files") }} as files
    on files.file_id = trade.file_id
where
    modes.valid_from > last_day(trade.period_to)
    or modes.valid_to < trade.period_from
    or (modes.direction = 'import' and trade.flow = 'exports')
    or (modes.direction = 'export' and trade.flow = 'imports')
