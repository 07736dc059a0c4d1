"""The contract and its duty in real browsers: a swap, a breach disputed and decided, a statement of both, a renewal,
changed terms and readings, a withdrawn fact, a second contract that ends.
"""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform
from tianmu.foundation.calendars.calendar import shipped

MANAGER, LEAD = Person("manager1", "desk"), Person("lead1", "desk")
OFFICER, LEADER = Person("info1", "desk"), Person("leader1", "desk")
ENGINEERS = [Person(f"engineer{number}", "desk") for number in range(1, 5)]


def test_a_swap_takes_three_people_and_the_next_month_is_published(browser: Browser, platform: Platform) -> None:
    swaps = f"{platform.url}/desk/duty/swaps"
    for engineer in ENGINEERS:
        with at_browser(browser, platform, engineer) as page:
            page.goto(swaps)
            expect(page.get_by_text("待对方答复").first).to_be_visible()
            if page.get_by_role("button", name="同意", exact=True).count() == 0:
                continue
            page.get_by_role("button", name="同意", exact=True).click()
            say(page, "可以，当晚由我值")
            expect(page.get_by_text("待经理确认").first).to_be_visible()
            break
    with at_browser(browser, platform, MANAGER) as manager:
        manager.goto(swaps)
        manager.get_by_role("button", name="确认生效").click()
        expect(manager.get_by_text("已生效", exact=True).first).to_be_visible()
        manager.goto(f"{platform.url}/desk/duty")
        publish = manager.get_by_role("button", name="发布", exact=True)
        coming = (timezone.localdate().replace(day=1) + timedelta(days=62)).replace(day=1) - timedelta(days=1)
        if shipped().is_known(coming):
            publish.click()
            expect(manager.get_by_text("已发布", exact=True).first).to_be_visible()
        else:
            expect(manager.get_by_text("节假日安排尚未导入")).to_be_visible()


def test_a_breach_goes_from_ticket_to_fine_to_dispute_and_a_statement_is_signed_by_both(
    browser: Browser, platform: Platform
) -> None:
    contract = f"{platform.url}/desk/contract"
    with at_browser(browser, platform, LEAD) as lead, at_browser(browser, platform, OFFICER) as officer:
        lead.goto(f"{contract}?tab=ledger")
        row = lead.get_by_role("row").filter(has_text="居民端报告查询失败")
        number = re.search(r"LY-\d{4}-\d{6}", row.inner_text())
        assert number is not None
        row.get_by_role("button").click()
        drawer = lead.get_by_role("dialog").first
        expect(drawer).to_contain_text("安全事件罚款")
        expect(drawer.get_by_role("link", name=re.compile(number[0]))).to_be_visible()
        drawer.get_by_role("button", name="陈述意见").click()
        say(lead, "已在时限内恢复，请酌情")
        expect(drawer).to_contain_text("已听取")

        officer.goto(f"{contract}?tab=ledger")
        officer.get_by_role("button", name=re.compile(number[0])).click()
        decided = officer.get_by_role("dialog").first
        decided.get_by_role("button", name="裁决", exact=True).click()
        say(officer, "事实清楚，按约定处罚")
        expect(decided).to_contain_text("已裁决")

        lead.reload()
        lead.get_by_role("button", name=re.compile(number[0])).click()
        lead.get_by_role("dialog").first.get_by_role("button", name="提出异议").click()
        say(lead, "恢复时刻应以机构确认为准")
        expect(lead.get_by_role("dialog").first).to_contain_text("争议中")

        officer.reload()
        officer.get_by_role("button", name=re.compile(number[0])).click()
        officer.get_by_role("dialog").first.get_by_role("button", name="驳回异议").click()
        say(officer, "已按机构确认时刻计算，维持原裁决")
        expect(officer.get_by_role("dialog").first).to_contain_text("维持原裁决")

        officer.goto(f"{contract}?tab=statements")
        officer.get_by_label("第 2 合同年").select_option("1")
        officer.get_by_role("button", name="起草第 2 期结算表").click()
        expect(officer.get_by_text("草稿", exact=True)).to_be_visible()
    for signer in (LEAD, LEADER):
        with at_browser(browser, platform, signer) as page:
            page.goto(f"{contract}?tab=statements")
            page.get_by_role("button", name="签署", exact=True).click()
            expect(page.get_by_role("button", name="签署", exact=True)).to_have_count(0)
    with at_browser(browser, platform, LEADER) as leader:
        leader.goto(f"{contract}?tab=statements")
        expect(leader.get_by_text("已生效", exact=True)).to_be_visible()
        leader.get_by_role("button", name=re.compile("第 1 号")).click()
        statement = leader.get_by_role("dialog").first
        expect(statement).to_contain_text("应付乙方净额")
        statement.get_by_role("button", name="第1期合同款").click()
        line = leader.get_by_role("dialog").last
        expect(line).to_contain_text("7.3")
        expect(line).to_contain_text("银行回单")


def test_a_renewal_is_signed_and_only_then_paid(browser: Browser, platform: Platform) -> None:
    contract = f"{platform.url}/desk/contract"
    with at_browser(browser, platform, OFFICER) as officer:
        officer.goto(f"{contract}?tab=money")
        pay = officer.get_by_role("button", name="登记到账").first
        expect(pay).to_be_disabled()
        officer.goto(f"{contract}?tab=renewal")
        officer.get_by_role("button", name="登记续展合同").click()
        officer.get_by_role("dialog").get_by_role("button", name="登记续展合同").click()
        expect(officer.get_by_text("签署", exact=False).first).to_be_visible()
        expect(officer.get_by_text("还没有登记续展合同")).to_have_count(0)
        officer.locator("input[type=file]").first.set_input_files(
            {"name": "续展合同扫描件.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 scan"}
        )
        expect(officer.get_by_role("link", name="续展合同扫描件.pdf")).to_be_visible()
        officer.goto(f"{contract}?tab=money")
        expect(pay).to_be_enabled()
        pay.click()
        officer.get_by_role("dialog").get_by_role("button", name="登记到账").click()
        expect(officer.get_by_text("已付清").first).to_be_visible()


def say(page: Page, text: str) -> None:
    """Type a reason into the dialog that asks for one, and confirm."""
    asked = page.get_by_role("dialog").last
    asked.get_by_role("textbox").fill(text)
    asked.get_by_role("button", name="确定").click()
    expect(asked.get_by_role("button", name="确定")).to_have_count(0)


def test_terms_and_readings_change_a_fact_is_withdrawn_and_a_second_contract_ends(
    browser: Browser, platform: Platform
) -> None:
    contract = f"{platform.url}/desk/contract"
    with at_browser(browser, platform, OFFICER) as officer:
        officer.goto(f"{contract}?tab=terms")
        officer.get_by_role("button", name="变更合同参数").click()
        form = officer.get_by_role("dialog")
        save = form.get_by_role("button", name="保存为新版本")
        amounts = form.get_by_label("年费（元）")
        amounts.nth(0).fill("254401.00")
        form.get_by_label("变更依据").fill("补充协议一")
        expect(form.get_by_text("合计与总额相差 1.00 元")).to_be_visible()
        expect(save).to_be_disabled()
        amounts.nth(1).fill("135199.00")
        expect(form.get_by_role("heading", name="2 处变更")).to_be_visible()
        save.click()
        expect(officer.get_by_text("第 2 版，第 2 合同年起")).to_be_visible()
        expect(officer.get_by_role("cell", name="254,401.00")).to_be_visible()

        officer.get_by_role("button", name="R-07 修改取值").click()
        officer.get_by_role("dialog").get_by_label("取值").select_option(label="工作时间")
        officer.get_by_role("dialog").get_by_label("商定依据").fill("双方商定")
        officer.get_by_role("dialog").get_by_role("button", name="保存为新版本").click()
        expect(officer.get_by_role("row").filter(has_text="R-07").get_by_text("工作时间", exact=True)).to_be_visible()

        officer.goto(f"{contract}?tab=facts")
        officer.get_by_label("全部种类").select_option(label="考勤")
        late = officer.get_by_role("row").filter(has_text="驻场工程师迟到").first
        late.get_by_role("button", name="撤回事实").click()
        say(officer, "门禁记录有误")
        expect(late.get_by_text("已撤回", exact=True)).to_be_visible()

        officer.goto(f"{contract}?tab=terms")
        officer.get_by_role("button", name="录入新合同").click()
        form = officer.get_by_role("dialog")
        form.get_by_label("合同名称").fill("第二份合同")
        form.get_by_label("合同编号").fill("TWO-1")
        form.get_by_label("签订日").fill("2020-03-01")
        form.get_by_label("变更依据").fill("双方签订")
        form.get_by_role("button", name="录入新合同").click()
        expect(form).to_have_count(0)
        officer.goto(f"{contract}?tab=renewal")
        officer.get_by_label("服务合同", exact=True).select_option("TWO-1")
        officer.get_by_role("button", name="登记终止").click()
        officer.get_by_role("dialog").get_by_label("终止日").fill("2021-02-28")
        officer.get_by_role("dialog").get_by_label("终止依据").fill("双方书面协议")
        officer.get_by_role("dialog").get_by_role("button", name="登记终止").click()
        expect(officer.get_by_text("合同已于 2021-02-28 终止").first).to_be_visible()
        officer.get_by_role("button", name="查看归还、销毁义务").click()
        expect(officer.get_by_role("dialog")).to_contain_text("O-027")
