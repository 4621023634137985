with goods_agreements as (

    select agreements.agreement_code
    from {{ ref("int_trade_agreements__chosen") }} as agreements
    inner join {{ ref("agreement_kinds") }} as kinds
        on kinds.agreement_kind = agreements.agreement_kind
        and kinds.is_about_goods

),

parties as (

    select
        dated.agreement_code,
        dated.country_iso3,
        dated.side,
        years.year
    from {{ ref("int_trade_agreement_parties__dated") }} as dated
    inner join goods_agreements
        on goods_agreements.agreement_code = dated.agreement_code
    inner join {{ ref("int_years__spanned") }} as years
        on coalesce(dated.valid_from <= make_date(years.year, 12, 31), true)
        and coalesce(dated.valid_to >= make_date(years.year, 12, 31), true)
    where dated.is_in_force

)

select
    exporters.country_iso3 as exporter_iso3,
    importers.country_iso3 as importer_iso3,
    exporters.year,
    count(*) as agreement_count,
    {{ listed("exporters.agreement_code") }} as agreement_codes
from parties as exporters
inner join parties as importers
    on importers.agreement_code = exporters.agreement_code
    and importers.year = exporters.year
    and importers.country_iso3 <> exporters.country_iso3
-- Parties of one side are not linked by what the agreement has with the other side.
where exporters.side is null or exporters.side <> importers.side
group by exporters.country_iso3, importers.country_iso3, exporters.year
