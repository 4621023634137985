with sides as (

    -- Estimates and corrections are no evidence of how the publisher made a number that it prints as a report.
    select
        source,
        exporter_iso3,
        importer_iso3,
        year,
        max(case when reported_by = 'exporter' then trade_value_usd end) as value_exporter_usd,
        max(case when reported_by = 'importer' then trade_value_usd end) as value_importer_usd
    from {{ ref("int_bilateral_trade__reported") }}
    where value_origin = 'reported'
    group by source, exporter_iso3, importer_iso3, year

),

compared as (

    select
        rules.rule_id,
        sides.source,
        sides.exporter_iso3,
        sides.importer_iso3,
        sides.year,
        sides.value_importer_usd,
        sides.value_exporter_usd * rules.factor as value_expected_usd,
        rules.ratio_tolerance,
        rules.rounding_usd,
        least(sides.value_exporter_usd, sides.value_importer_usd) >= rules.min_value_usd as is_evidence
    from sides
    inner join {{ ref("trade_estimate_rules") }} as rules
        on rules.source = sides.source
        and sides.year >= rules.valid_from_year
        and (rules.valid_to_year is null or sides.year <= rules.valid_to_year)
    where
        sides.value_exporter_usd > 0
        and sides.value_importer_usd > 0
        and sides.exporter_iso3 <> sides.importer_iso3

)

select
    rule_id,
    source,
    exporter_iso3,
    importer_iso3,
    year,
    is_evidence,
    abs(value_importer_usd - value_expected_usd)
    <= greatest(ratio_tolerance * value_expected_usd, rounding_usd) as is_at_factor
from compared
