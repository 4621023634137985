{#- Fails for every flow of which one file's additive rows name the same country by two codes that both mean all of it.
    Where each code has a part, as when a state split within the year, the seed country_code_overlaps says so. -#}
select
    flows.file_id,
    flows.type_code,
    flows.period,
    flows.exporter_iso3,
    flows.importer_iso3,
    flows.flow_code,
    flows.commodity_classification,
    flows.commodity_code,
    {{ listed("flows.reporter_code") }} as reporter_codes,
    {{ listed("flows.partner_code") }} as partner_codes
from {{ ref("stg_un_comtrade__flows") }} as flows
left join {{ ref("country_code_overlaps") }} as declared
    on declared.code_system = 'un_comtrade'
    and declared.is_additive
    and (declared.country_iso3 = flows.exporter_iso3 or declared.country_iso3 = flows.importer_iso3)
    and flows.year >= declared.valid_from_year
    and (declared.valid_to_year is null or flows.year <= declared.valid_to_year)
where
    flows.is_additive
    and flows.exporter_iso3 is not null
    and flows.importer_iso3 is not null
    and declared.code_system is null
group by
    flows.file_id,
    flows.type_code,
    flows.period,
    flows.exporter_iso3,
    flows.importer_iso3,
    flows.flow_code,
    flows.commodity_classification,
    flows.commodity_code
having
    count(distinct flows.partner_code) > 1
    or count(distinct flows.reporter_code) > 1
