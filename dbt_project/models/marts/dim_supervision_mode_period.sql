with reported as (

    select
        reported_by,
        period_kind,
        period_date,
        period_last_month,
        mode_code,
        count(*) as rows_of_mode
    from {{ ref("int_commodity_trade__paired") }}
    where mode_kind = 'supervision_mode'
    group by reported_by, period_kind, period_date, period_last_month, mode_code

),

periods as (

    select distinct
        reported_by,
        period_kind,
        period_date,
        period_last_month
    from reported

)

select
    modes.code as supervision_mode_code,
    case when periods.reported_by = 'exporter' then 'exports' else 'imports' end as flow,
    periods.period_kind,
    periods.period_date,
    periods.period_last_month,
    case
        when modes.valid_from > last_day(periods.period_last_month) or modes.valid_to < periods.period_date
            then 'not_in_force'
        when
            (modes.direction = 'import' and periods.reported_by = 'exporter')
            or (modes.direction = 'export' and periods.reported_by = 'importer')
            then 'other_direction'
        when reported.rows_of_mode is not null then 'reported'
        else 'not_reported'
    end as mode_status,
    coalesce(reported.rows_of_mode, 0) as row_count
from {{ ref("supervision_modes") }} as modes
cross join periods
left join reported
    on reported.mode_code = modes.code
    and reported.reported_by = periods.reported_by
    and reported.period_kind = periods.period_kind
    and reported.period_date = periods.period_date
    and reported.period_last_month = periods.period_last_month
