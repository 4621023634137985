with reports as (

    select
        {{ trade_report_columns() | indent(4) }},
        -- The country whose release the report is in; a reconciled value stands in the release of its exporter.
        case when reported_by = 'importer' then importer_iso3 else exporter_iso3 end as reporting_iso3,
        row_number() over (
            partition by source, exporter_iso3, importer_iso3, year, reported_by
            -- The whole year before a part of it, one that the source states as such before one made of its months.
            order by
                coalesce(months_reported, 12) desc,
                case when months_reported is null then 0 else 1 end,
                vintage desc,
                file_id
        ) as recency
    from {{ ref("int_bilateral_trade__corrected") }}

),

releases as (

    -- What a country's release of a year contains: the number of its counterparts, beside the most that any release
    -- of that year has.
    select
        source,
        reported_by,
        reporting_iso3,
        year,
        vintage,
        count(*) as counterparts,
        max(count(*)) over (partition by source, reported_by, reporting_iso3, year) as most_counterparts
    from reports
    group by source, reported_by, reporting_iso3, year, vintage

),

full_releases as (

    select
        source,
        reported_by,
        reporting_iso3,
        year,
        max(vintage) as vintage
    from releases
    where counterparts >= {{ var("vintage_coverage_share") }} * most_counterparts
    group by source, reported_by, reporting_iso3, year

)

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
    reports.reporting_iso3,
    reports.valuation,
    reports.value_fob_usd,
    reports.months_reported,
    full_releases.vintage as full_release_vintage,
    -- Months come one release at a time: each says nothing of the others.
    reports.months_reported is null and reports.vintage < full_releases.vintage as is_vintage_stale
from reports
inner join full_releases
    on full_releases.source = reports.source
    and full_releases.reported_by = reports.reported_by
    and full_releases.reporting_iso3 = reports.reporting_iso3
    and full_releases.year = reports.year
where reports.recency = 1
