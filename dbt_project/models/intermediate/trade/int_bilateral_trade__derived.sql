with sides as (

    select rule_id, source, exporter_iso3, importer_iso3, year, is_evidence, is_at_factor,
        'exporter' as reported_by, exporter_iso3 as reporting_iso3
    from {{ ref("int_bilateral_trade__compared") }}
    union all
    select rule_id, source, exporter_iso3, importer_iso3, year, is_evidence, is_at_factor,
        'importer' as reported_by, importer_iso3 as reporting_iso3
    from {{ ref("int_bilateral_trade__compared") }}

),

counted as (

    select
        rule_id,
        source,
        reporting_iso3,
        year,
        count(*) as compared_reports,
        count(case when is_at_factor then 1 end) as matched_reports
    from sides
    where is_evidence
    group by rule_id, source, reporting_iso3, year

),

reporters as (

    -- Beside the share itself one that counts a further report as no match: a country with one or two flows to compare
    -- is soon a copy in all of them.
    select
        rule_id,
        source,
        reporting_iso3,
        year,
        matched_reports,
        {{ quotient("cast(matched_reports as double)", "compared_reports") }} as matched_share,
        {{ quotient("cast(matched_reports as double)", "compared_reports + 1") }} as cautious_share,
        {{
            quotient(
                "cast(sum(matched_reports) over (partition by rule_id, source, reporting_iso3) as double)",
                "sum(compared_reports) over (partition by rule_id, source, reporting_iso3) + 1"
            )
        }} as cautious_share_of_all_years
    from counted

),

pairs as (

    select
        rule_id,
        source,
        exporter_iso3,
        importer_iso3,
        count(*) as matched_years
    from {{ ref("int_bilateral_trade__compared") }}
    where is_evidence and is_at_factor
    group by rule_id, source, exporter_iso3, importer_iso3

),

matched as (

    -- The sides of a flow at the factor for which there is evidence enough.
    select
        sides.rule_id,
        sides.source,
        sides.exporter_iso3,
        sides.importer_iso3,
        sides.year,
        sides.reported_by,
        coalesce(reporters.cautious_share, 0) as cautious_share,
        coalesce(reporters.cautious_share_of_all_years, 0) as cautious_share_of_all_years
    from sides
    inner join {{ ref("trade_estimate_rules") }} as rules
        on rules.rule_id = sides.rule_id
    left join reporters
        on reporters.rule_id = sides.rule_id
        and reporters.source = sides.source
        and reporters.reporting_iso3 = sides.reporting_iso3
        and reporters.year = sides.year
    left join pairs
        on pairs.rule_id = sides.rule_id
        and pairs.source = sides.source
        and pairs.exporter_iso3 = sides.exporter_iso3
        and pairs.importer_iso3 = sides.importer_iso3
    where
        sides.is_at_factor
        and (
            (rules.evidence = 'pair' and pairs.matched_years >= rules.min_matches)
            or (
                rules.evidence = 'reporter_year'
                and reporters.matched_reports >= rules.min_matches
                and reporters.matched_share >= rules.min_share
            )
        )

),

ranked as (

    -- Of two sides the one whose other reports repeat its partners' more often is the copy; where nothing tells them
    -- apart both are, for neither can be believed to be a report of its own.
    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        reported_by,
        rule_id,
        rank() over (
            partition by rule_id, source, exporter_iso3, importer_iso3, year
            order by cautious_share desc, cautious_share_of_all_years desc
        ) as copy_rank
    from matched

),

found as (

    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        reported_by,
        rule_id
    from ranked
    where copy_rank = 1

    union all

    -- A country that repeats nearly all its partners in a year made none of its reports of that year itself.
    select
        reports.source,
        reports.exporter_iso3,
        reports.importer_iso3,
        reports.year,
        reports.reported_by,
        reporters.rule_id
    from reporters
    inner join {{ ref("trade_estimate_rules") }} as rules
        on rules.rule_id = reporters.rule_id
    inner join {{ ref("int_bilateral_trade__reported") }} as reports
        on reports.source = reporters.source
        and reports.reporting_iso3 = reporters.reporting_iso3
        and reports.year = reporters.year
    where
        rules.reach = 'every_report'
        and reporters.matched_reports >= rules.min_matches
        and reporters.matched_share >= rules.min_share
        and reports.value_origin = 'reported'

)

select
    source,
    exporter_iso3,
    importer_iso3,
    year,
    reported_by,
    {{ listed("rule_id") }} as estimate_rules
from found
group by source, exporter_iso3, importer_iso3, year, reported_by
