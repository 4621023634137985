{#- Fails for every report whose partners exceed its world row, or fall short of it although they look complete. The
    tolerance, and how many partners look complete, are in the seed un_comtrade_totals. -#}
with reports as (

    select
        flows.file_id,
        flows.type_code,
        flows.frequency_code,
        flows.period,
        flows.reporter_code,
        flows.flow_code,
        flows.commodity_classification,
        flows.commodity_code,
        max(case when flows.is_partner_world then flows.trade_value_usd end) as world_value_usd,
        sum(case when flows.partner_kind <> 'aggregate' then flows.trade_value_usd end) as partners_value_usd,
        count(case when flows.partner_kind <> 'aggregate' then 1 end) as partner_count
    from {{ ref("stg_un_comtrade__flows") }} as flows
    where flows.is_additive
    group by
        flows.file_id,
        flows.type_code,
        flows.frequency_code,
        flows.period,
        flows.reporter_code,
        flows.flow_code,
        flows.commodity_classification,
        flows.commodity_code

),

tolerances as (

    select
        flow_codes.flow_code,
        max(totals.tolerance_share) as tolerance_share,
        max(totals.complete_partner_count) as complete_partner_count
    from {{ ref("flow_codes") }} as flow_codes
    inner join {{ ref("un_comtrade_totals") }} as totals
        on totals.code_list = flow_codes.code_list
    group by flow_codes.flow_code

)

select
    reports.file_id,
    reports.period,
    reports.reporter_code,
    reports.flow_code,
    reports.commodity_classification,
    reports.commodity_code,
    reports.world_value_usd,
    reports.partners_value_usd,
    reports.partner_count
from reports
inner join tolerances
    on tolerances.flow_code = reports.flow_code
where
    reports.partners_value_usd > reports.world_value_usd * (1 + tolerances.tolerance_share)
    or (
        reports.partner_count >= tolerances.complete_partner_count
        and reports.partners_value_usd < reports.world_value_usd * (1 - tolerances.tolerance_share)
    )
