with ruled as (

    -- Each source's reports of a flow, under the rule of that source that fits best.
    select
        reports.source,
        reports.exporter_iso3,
        reports.importer_iso3,
        reports.year,
        reports.reported_by,
        reports.trade_value_usd,
        reports.value_origin,
        reports.vintage,
        reports.file_id,
        rules.priority,
        rules.preferred_report,
        rules.cif_fob_factor,
        row_number() over (
            partition by
                reports.source, reports.exporter_iso3, reports.importer_iso3, reports.year, reports.reported_by
            order by rules.priority desc
        ) as rule_rank
    from {{ ref("int_bilateral_trade__reported") }} as reports
    inner join {{ ref("trade_report_preferences") }} as rules
        on rules.source = reports.source
        and (rules.exporter_iso3 is null or rules.exporter_iso3 = reports.exporter_iso3)
        and (rules.importer_iso3 is null or rules.importer_iso3 = reports.importer_iso3)
        and reports.year >= rules.valid_from_year
        and (rules.valid_to_year is null or reports.year <= rules.valid_to_year)

),

ranked as (

    -- A report proper beats an estimate, whoever is preferred: the estimate is made from the other side anyway.
    -- Then the source whose rule has the higher priority, and of its two reports the preferred one.
    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        reported_by,
        trade_value_usd,
        value_origin,
        vintage,
        file_id,
        preferred_report,
        cif_fob_factor,
        row_number() over (
            partition by exporter_iso3, importer_iso3, year
            order by
                case when value_origin = 'estimated' then 1 else 0 end,
                priority desc,
                case when reported_by = preferred_report then 0 else 1 end
        ) as report_rank
    from ruled
    where rule_rank = 1

),

sides as (

    -- The two reports beside each other are of one source.
    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        max(case when reported_by = 'exporter' then trade_value_usd end) as value_exporter_usd,
        max(case when reported_by = 'importer' then trade_value_usd end) as value_importer_usd,
        bool_or(value_origin = 'estimated') filter (where reported_by = 'exporter') as is_exporter_estimated,
        bool_or(value_origin = 'estimated') filter (where reported_by = 'importer') as is_importer_estimated
    from {{ ref("int_bilateral_trade__reported") }}
    group by source, exporter_iso3, importer_iso3, year

)

select
    used.source,
    used.exporter_iso3,
    used.importer_iso3,
    used.year,
    sides.value_exporter_usd,
    sides.value_importer_usd,
    sides.is_exporter_estimated,
    sides.is_importer_estimated,
    used.cif_fob_factor,
    case
        when used.reported_by = 'exporter' then used.trade_value_usd
        else {{ quotient("used.trade_value_usd", "used.cif_fob_factor") }}
    end as value_final_usd,
    case
        when used.value_origin <> 'reported' then used.value_origin
        when used.reported_by <> used.preferred_report then 'mirrored'
        when used.reported_by = 'importer' then 'converted'
        else 'reported'
    end as value_origin,
    used.vintage,
    used.file_id,
    used.reported_by as report_used
from ranked as used
inner join sides
    on sides.source = used.source
    and sides.exporter_iso3 = used.exporter_iso3
    and sides.importer_iso3 = used.importer_iso3
    and sides.year = used.year
where used.report_rank = 1
